package main

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xdg-go/scram"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

var process = primitive.NewObjectID()

// What this member says of itself and of the set.
func (c *connection) hello(command bson.D) bson.D {
	isPrimary := c.member == 0
	version := bson.D{{Key: "processId", Value: process}, {Key: "counter", Value: int64(6)}}
	flag := "ismaster"
	if command[0].Key == "hello" {
		flag = "isWritablePrimary"
	}
	reply := bson.D{{Key: "helloOk", Value: true}, {Key: flag, Value: isPrimary}, {Key: "topologyVersion", Value: version}}
	if set.name != "" {
		hosts := bson.A{}
		for _, host := range set.hosts {
			hosts = append(hosts, host)
		}
		reply = append(reply, bson.D{{Key: "hosts", Value: hosts}, {Key: "setName", Value: set.name},
			{Key: "setVersion", Value: int32(1)}, {Key: "secondary", Value: !isPrimary}, {Key: "primary", Value: set.hosts[0]},
			{Key: "me", Value: set.hosts[c.member]}, {Key: "electionId", Value: process},
			{Key: "lastWrite", Value: bson.D{{Key: "opTime", Value: bson.D{{Key: "ts", Value: now()}, {Key: "t", Value: int64(1)}}}, {Key: "lastWriteDate", Value: time.Now()}}}}...)
	}
	reply = append(reply, bson.D{{Key: "maxBsonObjectSize", Value: int32(16 << 20)}, {Key: "maxMessageSizeBytes", Value: int32(48_000_000)},
		{Key: "maxWriteBatchSize", Value: int32(100_000)}, {Key: "localTime", Value: time.Now()},
		{Key: "logicalSessionTimeoutMinutes", Value: int32(30)}, {Key: "connectionId", Value: c.number},
		{Key: "minWireVersion", Value: int32(0)}, {Key: "maxWireVersion", Value: int32(21)}, {Key: "readOnly", Value: false}}...)
	if offered := shared(set.compressors, command); len(offered) > 0 {
		reply = append(reply, bson.E{Key: "compression", Value: offered})
	}
	if set.user == "" {
		return reply
	}
	if _, asks := field(command, "saslSupportedMechs"); asks {
		reply = append(reply, bson.E{Key: "saslSupportedMechs", Value: set.mechanisms})
	}
	if speculative, ok := documentField(command, "speculativeAuthenticate"); ok {
		if answer := c.saslStart(speculative); answer[len(answer)-1].Value == 1.0 {
			reply = append(reply, bson.E{Key: "speculativeAuthenticate", Value: answer[:len(answer)-1]})
		}
	}
	return reply
}

// What both ends know, as the client prefers it.
func shared(mine []string, command bson.D) bson.A {
	asked, _ := field(command, "compression")
	wanted, _ := asked.(bson.A)
	offered := bson.A{}
	for _, each := range wanted {
		for _, name := range mine {
			if each == name {
				offered = append(offered, name)
			}
		}
	}
	return offered
}

func digest(user, password string) string {
	sum := md5.Sum([]byte(user + ":mongo:" + password))
	return hex.EncodeToString(sum[:])
}

func credentials(hash scram.HashGeneratorFcn, password string) scram.CredentialLookup {
	return func(user string) (scram.StoredCredentials, error) {
		if strings.NewReplacer("=2C", ",", "=3D", "=").Replace(user) != set.user {
			return scram.StoredCredentials{}, fmt.Errorf("nobody is called %s", user)
		}
		client, err := hash.NewClientUnprepped(user, password, "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		return client.GetStoredCredentials(scram.KeyFactors{Salt: strings.Repeat("salt", 4), Iters: 4096}), nil
	}
}

func (c *connection) saslStart(command bson.D) bson.D {
	mechanism, _ := field(command, "mechanism")
	if !slices.Contains(set.mechanisms, mechanism) {
		return failed(334, "MechanismUnavailable", fmt.Sprintf("%v is not enabled", mechanism))
	}
	hash, password := scram.SHA256, set.password
	if mechanism == "SCRAM-SHA-1" {
		hash, password = scram.SHA1, digest(set.user, set.password)
	}
	server, err := hash.NewServer(credentials(hash, password))
	if err != nil {
		return failed(18, "AuthenticationFailed", err.Error())
	}
	c.conversation = server.NewConversation()
	return c.saslStep(command)
}

func (c *connection) saslStep(command bson.D) bson.D {
	payload, _ := field(command, "payload")
	if c.conversation == nil {
		return failed(17, "ProtocolError", "no authentication is going on")
	}
	binary, _ := payload.(primitive.Binary)
	said := ""
	if !c.conversation.Done() {
		var err error
		if said, err = c.conversation.Step(string(binary.Data)); err != nil {
			return failed(18, "AuthenticationFailed", "Authentication failed.")
		}
	}
	c.isIn = c.conversation.Valid()
	return bson.D{{Key: "conversationId", Value: int32(1)}, {Key: "done", Value: c.isIn},
		{Key: "payload", Value: primitive.Binary{Data: []byte(said)}}, {Key: "ok", Value: 1.0}}
}
