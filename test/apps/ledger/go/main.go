// The service by net/http, its ledger reached over a pool of connections; one more listens to the news.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	hello byte = iota + 1
	get
	put
	ranges
	subscribe
	publish
	count
	echo
)

const (
	ok byte = iota + 128
	value
	none
	done
	item
	end
	news
	refused
)

type ledger struct {
	connection *net.TCPConn
	reader     *bufio.Reader
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func dial() *ledger {
	connection := must(net.Dial("tcp", "127.0.0.1:"+os.Getenv("LEDGER_PORT"))).(*net.TCPConn)
	own := &ledger{connection, bufio.NewReader(connection)}
	greeting := make([]byte, 20)
	must(io.ReadFull(own.reader, greeting))
	must(own.reader.ReadBytes('\n'))
	proof := sha256.Sum256(append(append([]byte{}, greeting[4:]...), "open sesame"...))
	if kind, _ := own.ask(hello, append(proof[:], "pool"...)); kind != ok {
		panic(errors.New("refused"))
	}
	return own
}

func framed(kind byte, content []byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+1)), kind), content...)
}

func (own *ledger) send(kind byte, content []byte) {
	must(own.connection.Write(framed(kind, content)))
}

func (own *ledger) frame() (byte, []byte) {
	head := make([]byte, 4)
	must(io.ReadFull(own.reader, head))
	content := make([]byte, binary.BigEndian.Uint32(head))
	must(io.ReadFull(own.reader, content))
	return content[0], content[1:]
}

func (own *ledger) ask(kind byte, content []byte) (byte, []byte) {
	own.send(kind, content)
	return own.frame()
}

var (
	pool   chan *ledger
	heard  sync.Map
	change = os.Getenv("CHANGE")
)

func with[T any](act func(*ledger) T) T {
	own := <-pool
	isWhole := false
	defer func() {
		if !isWhole {
			own = nil
		}
		pool <- own
	}()
	if own == nil {
		own = dial()
	}
	result := act(own)
	isWhole = true
	return result
}

func waiter(say string) chan bool {
	made, _ := heard.LoadOrStore(say, make(chan bool, 10))
	return made.(chan bool)
}

func listen(own *ledger) {
	for {
		_, text := own.frame()
		waiter(string(text)) <- true
	}
}

// Each byte as the character of its number.
func text(bytes []byte) string {
	runes := make([]rune, len(bytes))
	for at, each := range bytes {
		runes[at] = rune(each)
	}
	return string(runes)
}

func items(own *ledger) []string {
	found := []string{}
	for {
		kind, each := own.frame()
		if kind == end {
			return found
		}
		found = append(found, text(each))
	}
}

type body = map[string]any

var routes = map[string]func(string) body{
	"get": func(key string) body {
		if change == "another key" {
			key += "0"
		}
		return with(func(own *ledger) body {
			kind, got := own.ask(get, []byte(key))
			if kind != value {
				return body{"value": nil}
			}
			return body{"value": text(got)}
		})
	},
	"put": func(key string) body {
		value := "bytes \x00 \xff"
		if change == "another byte" {
			value = "bytes \x00 \xfe"
		}
		return with(func(own *ledger) body {
			own.ask(put, append(append(binary.BigEndian.AppendUint16(nil, uint16(len(key))), key...), value...))
			_, got := own.ask(get, []byte(key))
			return body{"value": text(got)}
		})
	},
	"count": func(key string) body {
		return with(func(own *ledger) body {
			_, got := own.ask(count, []byte(key))
			return body{"n": binary.BigEndian.Uint64(got)}
		})
	},
	"range": func(prefix string) body {
		return with(func(own *ledger) body {
			own.send(ranges, []byte(prefix))
			return body{"items": items(own)}
		})
	},
	"pipeline": func(number string) body {
		return with(func(own *ledger) body {
			wanted := must(strconv.Atoi(number))
			all := []byte{}
			for n := 1; n <= wanted; n++ {
				all = append(all, framed(get, []byte("item:"+strconv.Itoa(n)))...)
			}
			must(own.connection.Write(all))
			values := []string{}
			for range wanted {
				_, got := own.frame()
				values = append(values, text(got))
			}
			return body{"values": values}
		})
	},
	// Asks for more while the answer to the former is still coming.
	"overlap": func(prefix string) body {
		return with(func(own *ledger) body {
			own.send(ranges, []byte(prefix))
			_, first := own.frame()
			own.send(get, []byte("item:3"))
			all := append([]string{text(first)}, items(own)...)
			_, got := own.frame()
			return body{"items": all, "value": text(got)}
		})
	},
	"split": func(key string) body {
		return with(func(own *ledger) body {
			whole := framed(get, []byte(key))
			for _, piece := range [][]byte{whole[:3], whole[3:7], whole[7:]} {
				must(own.connection.Write(piece))
				time.Sleep(20 * time.Millisecond)
			}
			_, got := own.frame()
			return body{"value": text(got)}
		})
	},
	// A connection of its own that has said all, and is still answered.
	"half": func(say string) body {
		own := dial()
		time.Sleep(100 * time.Millisecond)
		own.send(echo, []byte(say))
		own.connection.CloseWrite()
		rest := must(io.ReadAll(own.reader))
		own.connection.Close()
		return body{"said": text(rest[5:])}
	},
	"publish": func(say string) body {
		told := waiter(say)
		with(func(own *ledger) bool {
			own.ask(publish, append([]byte("news\x00"), say...))
			return true
		})
		select {
		case is := <-told:
			return body{"heard": is}
		case <-time.After(10 * time.Second):
			return body{"heard": false}
		}
	},
}

func main() {
	size, _ := strconv.Atoi(os.Getenv("POOL_SIZE"))
	pool = make(chan *ledger, size)
	for range size {
		pool <- nil
	}
	listener := dial()
	listener.ask(subscribe, []byte("news"))
	go listen(listener)
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		status, answer := 500, body{}
		defer func() {
			if failure := recover(); failure != nil {
				status, answer = 500, body{"error": failure.(error).Error()}
			}
			response.Header().Set("content-type", "application/json")
			response.WriteHeader(status)
			json.NewEncoder(response).Encode(answer)
		}()
		name, argument, _ := strings.Cut(request.URL.Path[1:], "/")
		answer = routes[name](argument)
		status = 200
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
