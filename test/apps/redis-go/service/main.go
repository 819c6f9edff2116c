// The service by net/http and go-redis: a client, or a ClusterClient where $CLUSTER is set, or by Sentinel ($SENTINEL).
package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

type body = map[string]any

var (
	ctx     = context.Background()
	change  = os.Getenv("CHANGE")
	client  redis.UniversalClient
	other   *redis.Client
	waiting sync.Map
	script  = redis.NewScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func options() *redis.Options {
	options := must(redis.ParseURL(os.Getenv("REDIS_URL")))
	options.PoolSize, _ = strconv.Atoi(os.Getenv("POOL_SIZE"))
	options.Protocol = 3
	if os.Getenv("PROTOCOL") == "2" {
		options.Protocol = 2
	}
	if root := os.Getenv("REDIS_ROOT"); root != "" {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(must(os.ReadFile(root)))
		options.TLSConfig = &tls.Config{RootCAs: pool, ServerName: options.TLSConfig.ServerName}
	}
	return options
}

func open() redis.UniversalClient {
	from := options()
	if nodes := os.Getenv("CLUSTER"); nodes != "" {
		return redis.NewClusterClient(&redis.ClusterOptions{Addrs: strings.Split(nodes, ","), Password: from.Password, PoolSize: from.PoolSize, Protocol: from.Protocol})
	}
	if sentinels := os.Getenv("SENTINEL"); sentinels != "" {
		return redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "primary", SentinelAddrs: strings.Split(sentinels, ","), Password: from.Password, PoolSize: from.PoolSize, Protocol: from.Protocol})
	}
	return redis.NewClient(from)
}

func listen() {
	own := client.Subscribe(ctx, "news")
	must(own.Receive(ctx))
	go func() {
		for message := range own.Channel() {
			if heard, is := waiting.Load(message.Payload); is {
				heard.(chan string) <- message.Payload
			}
		}
	}()
}

func work() {
	for {
		found, err := client.BLPop(ctx, 0, "jobs").Result()
		if err != nil {
			continue
		}
		n, _ := strconv.Atoi(found[1])
		client.RPush(ctx, "done:"+found[1], strconv.Itoa(n*2))
	}
}

func items(id string) (int, body) {
	n, _ := strconv.Atoi(id)
	if change == "other command" {
		return 200, body{"id": n, "name": must(client.HGet(ctx, "item:"+id, "name").Result())}
	}
	asked := n
	if change == "another id" {
		asked++
	}
	item := must(client.HGetAll(ctx, "item:"+strconv.Itoa(asked)).Result())
	if len(item) == 0 {
		return 404, body{"missing": n}
	}
	return 200, body{"id": n, "name": item["name"], "price": item["price"]}
}

func pipeline(count string) (int, body) {
	n, _ := strconv.Atoi(count)
	pipe := client.Pipeline()
	for at := range n {
		pipe.Set(ctx, "p:"+strconv.Itoa(at), at, 0)
		pipe.Get(ctx, "p:"+strconv.Itoa(at))
	}
	replies := must(pipe.Exec(ctx))
	sum := 0
	for _, reply := range replies {
		if got, is := reply.(*redis.StringCmd); is {
			sum += must(got.Int())
		}
	}
	return 200, body{"count": len(replies), "sum": sum}
}

// As many pipelines of a thousand commands, half of them with and half of them for eight thousand bytes.
func pipelines(count string) (int, body) {
	all := sha256.New()
	n, _ := strconv.Atoi(count)
	for at := range n {
		pipe := client.Pipeline()
		for key := range 500 {
			value := strings.Repeat(strconv.Itoa(at*1000+key)+" ", 8000/(len(strconv.Itoa(at*1000+key))+1))
			pipe.Set(ctx, "large:"+strconv.Itoa(key), value, 0)
			pipe.Get(ctx, "large:"+strconv.Itoa(key))
		}
		for _, reply := range must(pipe.Exec(ctx)) {
			switch got := reply.(type) {
			case *redis.StringCmd:
				all.Write(must(got.Bytes()))
			case *redis.StatusCmd:
				all.Write([]byte(got.Val()))
			}
		}
	}
	return 200, body{"sha256": hex.EncodeToString(all.Sum(nil))}
}

func transaction(n string) (int, body) {
	amount, _ := strconv.ParseInt(n, 10, 64)
	pipe := client.TxPipeline()
	account, log := pipe.IncrBy(ctx, "account", amount), pipe.RPush(ctx, "log", n)
	must(pipe.Exec(ctx))
	return 200, body{"results": []int64{account.Val(), log.Val()}}
}

func watch(n string) (int, body) {
	var before any
	err := client.Watch(ctx, func(tx *redis.Tx) error {
		if value, err := tx.Get(ctx, "w:"+n).Result(); err == nil {
			before = value
		}
		_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.Set(ctx, "w:"+n, n, 0).Err() })
		return err
	}, "w:"+n)
	return 200, body{"before": before, "done": err == nil}
}

func binary(string) (int, body) {
	bytes := make([]byte, 256)
	for at := range bytes {
		bytes[at] = byte(at)
	}
	must(client.Set(ctx, "binary", bytes, 0).Result())
	return 200, body{"hex": hex.EncodeToString(must(client.Get(ctx, "binary").Bytes()))}
}

func publish(say string) (int, body) {
	own := client.Subscribe(ctx, "channel:"+say)
	defer own.Close()
	must(own.Receive(ctx))
	must(client.Publish(ctx, "channel:"+say, say).Result())
	return 200, body{"message": must(own.ReceiveMessage(ctx)).Payload}
}

func heard(say string) (int, body) {
	message := make(chan string, 1)
	waiting.Store(say, message)
	must(client.Publish(ctx, "news", say).Result())
	return 200, body{"message": <-message}
}

func types(string) (int, body) {
	client.Del(ctx, "z")
	client.Del(ctx, "s")
	must(client.ZAdd(ctx, "z", redis.Z{Score: 1.5, Member: "one"}, redis.Z{Score: 2, Member: "two"}).Result())
	must(client.SAdd(ctx, "s", "only").Result())
	nothing := client.Get(ctx, "nothing")
	return 200, body{
		"scores":  must(client.ZRangeWithScores(ctx, "z", 0, -1).Result()),
		"members": must(client.SMembers(ctx, "s").Result()),
		"nothing": errors.Is(nothing.Err(), redis.Nil),
		"list":    must(client.Eval(ctx, "return {1, 'two', {3}, false}", []string{"z"}).Result()),
	}
}

func routes() map[string]func(string) (int, body) {
	return map[string]func(string) (int, body){
		"items":    items,
		"visits":   func(string) (int, body) { return 200, body{"n": must(client.Incr(ctx, "visits").Result())} },
		"pipeline": pipeline, "pipelines": pipelines, "transaction": transaction, "watch": watch, "binary": binary, "publish": publish, "heard": heard, "types": types,
		"slow": func(n string) (int, body) {
			must(client.Set(ctx, "slow:"+n, n, 0).Result())
			return 200, body{"value": must(client.Get(ctx, "slow:"+n).Result()), "count": must(client.Incr(ctx, "count:"+n).Result())}
		},
		"script": func(n string) (int, body) {
			return 200, body{"value": must(script.Run(ctx, client, []string{"scripted"}, n).Result())}
		},
		"big": func(string) (int, body) { return 200, body{"length": len(must(client.Get(ctx, "big").Bytes()))} },
		"work": func(n string) (int, body) {
			must(client.RPush(ctx, "jobs", n).Result())
			return 200, body{"result": must(client.BLPop(ctx, 20_000_000_000, "done:"+n).Result())[1]}
		},
		"database": func(n string) (int, body) {
			must(other.Set(ctx, "d", n, 0).Result())
			return 200, body{"value": must(other.Get(ctx, "d").Result())}
		},
		"failure": func(string) (int, body) {
			must(client.Set(ctx, "word", "abc", 0).Result())
			return 200, body{"error": client.Incr(ctx, "word").Err().Error()}
		},
	}
}

func main() {
	client = open()
	second := options()
	second.DB = 1
	other = redis.NewClient(second)
	if os.Getenv("CLUSTER") == "" {
		listen()
		go work()
	}
	known := routes()
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
		status, answer = known[name](argument)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
