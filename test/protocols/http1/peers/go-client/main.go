// Asks the Go service with net/http; prints what it got.
package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Transport: &http.Transport{ExpectContinueTimeout: 5 * time.Second}}

func ask(method, path string, body io.Reader, headers ...string) {
	request, _ := http.NewRequest(method, "http://127.0.0.1:"+os.Args[1]+path, body)
	request.Host = "shop.test"
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(method, path, err)
		return
	}
	got, err := io.ReadAll(response.Body)
	response.Body.Close()
	fmt.Println(method, path, response.Status, len(got), crc32.ChecksumIEEE(got), response.Trailer, err)
}

func main() {
	ask("GET", "/users/7?b=2&a=1&b=1", nil)
	ask("GET", "/users/404", nil)
	ask("POST", "/echo", strings.NewReader(`{"z":1,"a":1.0,"big":12345678901234567890}`), "Content-Type", "application/json")
	ask("GET", "/gzip", nil)
	ask("GET", "/stream", nil)
	ask("HEAD", "/users/7", nil)
	ask("GET", "/empty", nil)
	ask("GET", "/cached", nil, "If-None-Match", `"x"`)
	ask("GET", "/early", nil)
	ask("POST", "/echo", io.MultiReader(strings.NewReader("streamed "), strings.NewReader("body")), "Content-Type", "text/plain")
	ask("POST", "/echo", strings.NewReader("waits for leave"), "Expect", "100-continue")
	ask("GET", "/sse", nil)
	ask("GET", "/big", nil)
	ask("POST", "/refuse", strings.NewReader("never sent"), "Expect", "100-continue")
}
