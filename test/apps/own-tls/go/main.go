// A service that terminates TLS itself on PORT and speaks clear text on CLEAR_PORT; it asks its DEPENDENCY.
package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

func answer(writer http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	asked, err := http.Get(os.Getenv("DEPENDENCY") + request.URL.RequestURI())
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadGateway)
		return
	}
	defer asked.Body.Close()
	text, _ := io.ReadAll(asked.Body)
	_, port, _ := net.SplitHostPort(request.RemoteAddr)
	writer.Header().Set("X-Client-Port", port)
	writer.Header().Set("Content-Type", "application/json")
	json.NewEncoder(writer).Encode(map[string]any{
		"path": request.URL.RequestURI(), "method": request.Method, "length": len(body), "asked": string(text),
	})
}

func main() {
	http.HandleFunc("/", answer)
	go func() { log.Fatal(http.ListenAndServe(":"+os.Getenv("CLEAR_PORT"), nil)) }()
	log.Fatal(http.ListenAndServeTLS(":"+os.Getenv("PORT"), os.Getenv("TLS_CERT"), os.Getenv("TLS_KEY"), nil))
}
