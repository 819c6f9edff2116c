// A replica set in one process, speaking MongoDB's protocol by the Go driver's own messages: a member on each of
// $ADDRESSES (the first is the primary), of the set $SET, all holding the same. $USER and $PASSWORD ask for SCRAM by
// $MECHANISMS, $COMPRESSORS are offered, $CERTIFICATE and $KEY make it TLS. It knows what the tests' services ask, not
// more: sessions, transactions that are undone, retryable writes, change streams, exhaust cursors, streamed heartbeats.
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xdg-go/scram"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/mongo/driver/wiremessage"
)

var set struct {
	name               string
	hosts, compressors []string
	user, password     string
	mechanisms         bson.A
}

var all = newStore()
var connections atomic.Int32

type connection struct {
	member       int
	number       int32
	conversation *scram.ServerConversation
	isIn         bool
}

func words(name string) []string {
	return strings.FieldsFunc(os.Getenv(name), func(each rune) bool { return each == ',' })
}

func main() {
	set.name, set.hosts, set.compressors = os.Getenv("SET"), words("ADDRESSES"), words("COMPRESSORS")
	set.user, set.password = os.Getenv("USER_NAME"), os.Getenv("PASSWORD")
	for _, each := range words("MECHANISMS") {
		set.mechanisms = append(set.mechanisms, each)
	}
	var wait sync.WaitGroup
	for member, address := range set.hosts {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if file := os.Getenv("CERTIFICATE"); file != "" {
			certificate, err := tls.LoadX509KeyPair(file, os.Getenv("KEY"))
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: clientAuth()})
		}
		wait.Add(1)
		go accept(listener, member)
	}
	fmt.Println("the set is up")
	wait.Wait()
}

func accept(listener net.Listener, member int) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		made := &connection{member: member, number: connections.Add(1)}
		go made.serve(client)
	}
}

func (c *connection) serve(client net.Conn) {
	defer client.Close()
	for {
		asked, err := readMessage(client)
		if err != nil {
			return
		}
		if err := c.say(client, asked); err != nil {
			return
		}
	}
}

// The answer, and where the client lets us go on (heartbeats, exhaust cursors) all that follow.
func (c *connection) say(client net.Conn, asked *message) error {
	responseTo := asked.requestID
	mayGoOn := asked.flags&wiremessage.ExhaustAllowed != 0
	c.awaitNews(asked.command)
	for {
		reply := c.run(asked.command)
		if len(reply) == 0 {
			return fmt.Errorf("the connection is lost")
		}
		if set.name != "" && !asked.isQuery {
			time := bson.D{{Key: "clusterTime", Value: now()}, {Key: "signature", Value: bson.D{{Key: "hash", Value: []byte{1}}, {Key: "keyId", Value: int64(0)}}}}
			reply = append(reply, bson.E{Key: "$clusterTime", Value: time}, bson.E{Key: "operationTime", Value: now()})
		}
		if asked.flags&wiremessage.MoreToCome != 0 {
			return nil
		}
		next := c.following(asked.command, reply)
		if !mayGoOn || next == nil {
			_, err := asked.answer(client, reply, 0, responseTo)
			return err
		}
		id, err := asked.answer(client, reply, wiremessage.MoreToCome, responseTo)
		if err != nil {
			return err
		}
		responseTo, asked.command = id, next
		c.awaitNews(asked.command)
	}
}

// Nothing ever changes, so a client that waits for news waits as long as it says.
func (c *connection) awaitNews(command bson.D) {
	_, knows := field(command, "topologyVersion")
	if most := whole(command, "maxAwaitTimeMS", 0); knows && most > 0 {
		time.Sleep(time.Duration(most) * time.Millisecond)
	}
}

// What the client would ask next of an answer that leaves something open.
func (c *connection) following(command, reply bson.D) bson.D {
	switch command[0].Key {
	case "hello", "isMaster", "ismaster":
		if _, knows := field(command, "topologyVersion"); knows {
			return command
		}
	case "getMore":
		open, _ := documentField(reply, "cursor")
		if id, _ := field(open, "id"); id != nil && id != int64(0) {
			return command
		}
	}
	return nil
}

// As servers do that also let clients in by their certificates: everybody is asked for one.
func clientAuth() tls.ClientAuthType {
	if os.Getenv("ASKS_CERTIFICATE") != "" {
		return tls.RequestClientCert
	}
	return tls.NoClientCert
}
