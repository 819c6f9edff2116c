// A service with a dependency, on net/http: what it is asked it asks in turn, and tells what was answered.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}
	gateway := func(w http.ResponseWriter, r *http.Request) {
		base := os.Getenv("DEPENDENCY")
		if at := r.Header.Get("x-dependency"); at != "" {
			base = "http://" + at
		}
		body, err := io.ReadAll(r.Body)
		var asked *http.Request
		if err == nil {
			asked, err = http.NewRequest(r.Method, base+r.URL.RequestURI(), nil)
		}
		if err == nil && len(body) > 0 {
			asked, err = http.NewRequest(r.Method, base+r.URL.RequestURI(), bytes.NewReader(body))
		}
		var answer *http.Response
		if err == nil {
			if kind := r.Header.Get("content-type"); kind != "" {
				asked.Header.Set("content-type", kind)
			}
			answer, err = client.Do(asked)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		said, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("content-type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"status": answer.StatusCode, "said": string(said)})
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(gateway)))
}
