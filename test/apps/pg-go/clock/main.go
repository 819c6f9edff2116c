// What time it is, whether a token has expired, what happened in the last 24 hours, and how long waits are.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

type answer = map[string]any

func token(header string) (int, answer) {
	parts := strings.Split(strings.TrimPrefix(header, "Bearer "), ".")
	mac := hmac.New(sha256.New, []byte("a shared key"))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	if base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) != parts[2] {
		return 401, answer{"error": "signature"}
	}
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Sub string
		Exp int64
	}
	json.Unmarshal(body, &claims)
	if claims.Exp < time.Now().Unix() {
		return 401, answer{"error": "expired"}
	}
	return 200, answer{"subject": claims.Sub}
}

func recent(pool *pgxpool.Pool) (int, answer) {
	now := time.Now().Truncate(time.Second)
	sql := "SELECT name FROM events WHERE at > $1 AND at <= $2 ORDER BY at"
	rows, err := pool.Query(context.Background(), sql, now.Add(-24*time.Hour), now)
	if err != nil {
		return 500, answer{"error": err.Error()}
	}
	defer rows.Close()
	names := []string{}
	for rows.Next() {
		var name string
		rows.Scan(&name)
		names = append(names, name)
	}
	return 200, answer{"names": names}
}

func waits() (int, answer) {
	ways := map[string]func(){
		"sleep": func() { time.Sleep(300 * time.Millisecond) },
		"after": func() { <-time.After(300 * time.Millisecond) },
		"ticker": func() {
			ticker := time.NewTicker(100 * time.Millisecond)
			for i := 0; i < 3; i++ {
				<-ticker.C
			}
			ticker.Stop()
		},
		"context": func() {
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			<-ctx.Done()
			cancel()
		},
		"until": func() { time.Sleep(time.Until(time.Now().Add(300 * time.Millisecond).Round(0))) },
	}
	wrong := []string{}
	var all sync.WaitGroup
	var lock sync.Mutex
	for name, way := range ways {
		all.Add(1)
		go func() {
			defer all.Done()
			began := time.Now()
			way()
			if took := time.Since(began); took < 290*time.Millisecond || took > 900*time.Millisecond {
				lock.Lock()
				wrong = append(wrong, name)
				lock.Unlock()
			}
		}()
	}
	all.Wait()
	return 200, answer{"wrong": wrong}
}

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		status, body := 404, answer{}
		switch r.URL.Path {
		case "/now":
			status, body = 200, answer{"now": time.Now().UTC().Format("2006-01-02T15:04:05Z")}
		case "/token":
			status, body = token(r.Header.Get("Authorization"))
		case "/recent":
			status, body = recent(pool)
		case "/waits":
			status, body = waits()
		}
		w.Header().Set("content-type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
