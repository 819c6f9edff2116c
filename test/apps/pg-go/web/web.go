// Package web is what the services with PostgreSQL behind them share: routes that answer JSON, and their environment.
package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Answer is a JSON body, and a status where it is not 200.
type Answer struct {
	Status int
	Body   any
}

// Failure is what the database refused.
type Failure struct {
	State   string `json:"sqlstate"`
	Message string `json:"message"`
}

// Missing is the answer where there is no such row.
var Missing = errors.New("not found")

// Fields keeps the order of its members.
type Fields []any

func (fields Fields) MarshalJSON() ([]byte, error) {
	var text strings.Builder
	text.WriteString("{")
	for i := 0; i+1 < len(fields); i += 2 {
		name, _ := json.Marshal(fields[i])
		value, err := json.Marshal(fields[i+1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if i > 0 {
			text.WriteString(",")
		}
		text.Write(name)
		text.WriteString(":")
		text.Write(value)
	}
	text.WriteString("}")
	return []byte(text.String()), nil
}

// Shown is a column's value in full, whatever type the driver gave it.
func Shown(value any) any {
	switch value := value.(type) {
	case nil, string, bool:
		return value
	case []byte:
		return fmt.Sprintf("bytes %x", value)
	case [16]byte:
		return fmt.Sprintf("uuid %x", value)
	case time.Time:
		return value.Format(time.RFC3339Nano)
	case []any:
		shown := make([]any, len(value))
		for i := range value {
			shown[i] = Shown(value[i])
		}
		return shown
	case json.Marshaler:
		if text, err := value.MarshalJSON(); err == nil {
			return fmt.Sprintf("%T %s", value, text)
		}
	}
	return fmt.Sprintf("%T %+v", value, value)
}

// Digest counts and hashes rows as they come.
type Digest struct {
	Rows, Bytes int
	hash        hash.Hash
}

// NewDigest is one of nothing.
func NewDigest() *Digest { return &Digest{hash: sha256.New()} }

// Add takes the next row in.
func (digest *Digest) Add(row []byte) {
	digest.Rows++
	digest.Bytes += len(row)
	digest.hash.Write(row)
}

func (digest *Digest) MarshalJSON() ([]byte, error) {
	sum := hex.EncodeToString(digest.hash.Sum(nil))
	return json.Marshal(map[string]any{"rows": digest.Rows, "bytes": digest.Bytes, "sha256": sum})
}

// Changed says whether the program is to differ from the one that was recorded in this way.
func Changed(how string) bool { return os.Getenv("CHANGE") == how }

// PoolSize is the most connections.
func PoolSize() int {
	size, err := strconv.Atoi(os.Getenv("POOL_SIZE"))
	if err != nil {
		return 4
	}
	return size
}

// Body is the JSON of a request.
func Body[T any](request *http.Request) (body T, err error) {
	err = json.NewDecoder(request.Body).Decode(&body)
	return body, err
}

// Int is a number of the path or of the query.
func Int(request *http.Request, name string) int {
	text := request.PathValue(name)
	if text == "" {
		text = request.FormValue(name)
	}
	number, _ := strconv.Atoi(text)
	return number
}

// Route is answered by what it returns; Failed tells what the database refused from what went wrong.
type Route func(context.Context, *http.Request) (any, error)

// Serve answers on PORT until it is told to end.
func Serve(routes map[string]Route, failed func(error) *Failure) {
	mux := http.NewServeMux()
	for pattern, route := range routes {
		mux.HandleFunc(pattern, func(writer http.ResponseWriter, request *http.Request) {
			answer, err := route(request.Context(), request)
			send(writer, answer, err, failed)
		})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: mux}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-ended
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func send(writer http.ResponseWriter, answer any, err error, failed func(error) *Failure) {
	status := http.StatusOK
	if failure := failed(err); failure != nil {
		status, answer = http.StatusConflict, failure
	} else if errors.Is(err, Missing) {
		status, answer = http.StatusNotFound, map[string]string{"message": err.Error()}
	} else if err != nil {
		status, answer = http.StatusInternalServerError, map[string]string{"message": err.Error()}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(err.Error())
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(status)
	_, _ = writer.Write(text)
}

// Rest is for how many milliseconds a pool is left idle: REST_MS, else what the request says.
func Rest(request *http.Request) int {
	if ms, err := strconv.Atoi(os.Getenv("REST_MS")); err == nil {
		return ms
	}
	return Int(request, "ms")
}
