// A service whose answers hold what differs each time beside what does not. PORT and CHANGE come from outside.
package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand"
	"net/http"
	"os"
	"strings"
	"time"
)

type ticket struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Price int       `json:"price"`
	Draw  int64     `json:"draw"`
	At    time.Time `json:"at"`
	Epoch int64     `json:"epoch"`
	Seats []string  `json:"seats"`
}

func uuid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func main() {
	change := os.Getenv("CHANGE")
	http.HandleFunc("/ticket", func(w http.ResponseWriter, _ *http.Request) {
		// The order of a map is another each time it is walked.
		free := map[string]bool{"A1": true, "A2": true, "B1": true, "B2": true, "C1": true, "C2": true, "D1": true}
		if strings.Contains(change, "seat") {
			delete(free, "A1")
			free["Z9"] = true
		}
		t := ticket{ID: uuid(), Name: "Concert", Price: 42, Draw: mathrand.Int63(), At: time.Now(), Epoch: time.Now().Unix()}
		for seat := range free {
			t.Seats = append(t.Seats, seat)
		}
		if strings.Contains(change, "name") {
			t.Name = "Concert!"
		}
		if strings.Contains(change, "price") {
			t.Price = 43
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(t)
	})
	_ = http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
