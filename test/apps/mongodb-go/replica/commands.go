package main

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

var started = time.Now()

func now() primitive.Timestamp {
	return primitive.Timestamp{T: uint32(time.Now().Unix()), I: uint32(time.Since(started).Milliseconds())}
}

func ok(fields ...bson.E) bson.D { return append(bson.D(fields), bson.E{Key: "ok", Value: 1.0}) }

func failed(code int32, name, text string) bson.D {
	return bson.D{{Key: "ok", Value: 0.0}, {Key: "errmsg", Value: text}, {Key: "code", Value: code}, {Key: "codeName", Value: name}}
}

func list(command bson.D, name string) []bson.D {
	value, _ := field(command, name)
	items, _ := value.(bson.A)
	found := []bson.D{}
	for _, item := range items {
		if document, isDocument := item.(bson.D); isDocument {
			found = append(found, document)
		}
	}
	return found
}

func whole(command bson.D, name string, otherwise int) int {
	value, _ := field(command, name)
	if n, isNumber := number(value); isNumber {
		return int(n)
	}
	return otherwise
}

func truth(command bson.D, name string) bool {
	value, _ := field(command, name)
	return value == true
}

// What a command gives; `nil` where the connection is to end without an answer.
func (c *connection) run(command bson.D) bson.D {
	name := command[0].Key
	switch name {
	case "hello", "isMaster", "ismaster":
		return append(c.hello(command), bson.E{Key: "ok", Value: 1.0})
	case "saslStart":
		return c.saslStart(command)
	case "saslContinue":
		return c.saslStep(command)
	case "ping", "endSessions", "logout", "createIndexes", "create":
		return ok()
	case "buildInfo", "buildinfo":
		return ok(bson.E{Key: "version", Value: "7.0.0"}, bson.E{Key: "versionArray", Value: bson.A{int32(7), int32(0), int32(0), int32(0)}})
	}
	if set.user != "" && !c.isIn {
		return failed(13, "Unauthorized", fmt.Sprintf("command %s requires authentication", name))
	}
	all.Lock()
	defer all.Unlock()
	database, _ := field(command, "$db")
	target, _ := command[0].Value.(string)
	if name == "getMore" {
		collection, _ := field(command, "collection")
		target, _ = collection.(string)
	}
	if reply := c.transaction(command); reply != nil {
		return reply
	}
	place := fmt.Sprintf("%v.%s", database, target)
	if reply := c.flaky(command, target); reply != nil {
		return reply
	}
	return c.data(command, place)
}

// A transaction's writes are undone where it is aborted: tests have one at a time.
func (c *connection) transaction(command bson.D) bson.D {
	if truth(command, "startTransaction") {
		held = all.copy()
	}
	switch command[0].Key {
	case "abortTransaction":
		all.collections = held
		return ok()
	case "commitTransaction":
		return ok()
	}
	return nil
}

var held map[string][]bson.D
var tried = map[string]bool{}

// Writes into `flaky` fail once: the first time of all by a member that steps down, then each by a lost connection.
func (c *connection) flaky(command bson.D, collection string) bson.D {
	transaction, isThere := field(command, "txnNumber")
	if collection != "flaky" || !isThere {
		return nil
	}
	session, _ := documentField(command, "lsid")
	id := fmt.Sprint(session, transaction)
	if tried[id] {
		return nil
	}
	tried[id] = true
	if len(tried)%2 == 1 {
		failure := failed(91, "ShutdownInProgress", "The server is in quiesce mode and will shut down")
		return append(failure, bson.E{Key: "errorLabels", Value: bson.A{"RetryableWriteError"}})
	}
	return bson.D{}
}

func (c *connection) data(command bson.D, place string) bson.D {
	filter, _ := documentField(command, "filter")
	query, _ := documentField(command, "query")
	order, _ := documentField(command, "sort")
	switch command[0].Key {
	case "insert":
		return insert(command, place)
	case "find":
		found := all.find(place, filter, order)
		found = found[min(len(found), whole(command, "skip", 0)):]
		if most := whole(command, "limit", 0); most > 0 {
			found = found[:min(len(found), most)]
		}
		return c.cursor(place, found, whole(command, "batchSize", 101))
	case "update":
		return update(command, place)
	case "delete":
		n := 0
		for _, each := range list(command, "deletes") {
			wanted, _ := documentField(each, "q")
			n += all.remove(place, wanted, whole(each, "limit", 0))
		}
		return ok(bson.E{Key: "n", Value: int32(n)})
	case "findAndModify", "findandmodify":
		return modify(command, place, query)
	case "count":
		return ok(bson.E{Key: "n", Value: int32(len(all.find(place, query, nil)))})
	case "distinct":
		return distinct(command, place, query)
	case "drop", "dropDatabase":
		delete(all.collections, place)
		return ok()
	case "aggregate":
		return c.aggregate(command, place)
	case "getMore":
		return c.more(command, place)
	case "killCursors":
		cursors, _ := field(command, "cursors")
		for _, id := range cursors.(bson.A) {
			delete(c.cursors(), id.(int64))
		}
		return ok(bson.E{Key: "cursorsKilled", Value: cursors})
	}
	return failed(59, "CommandNotFound", "no such command: '"+command[0].Key+"'")
}

func insert(command bson.D, place string) bson.D {
	n, wrong := 0, bson.A{}
	for at, document := range list(command, "documents") {
		if all.insert(place, document) {
			n++
			continue
		}
		wrong = append(wrong, bson.D{{Key: "index", Value: int32(at)}, {Key: "code", Value: int32(11000)}, {Key: "errmsg", Value: "E11000 duplicate key error collection: " + place}})
		if ordered, isThere := field(command, "ordered"); !isThere || ordered == true {
			break
		}
	}
	if len(wrong) > 0 {
		return ok(bson.E{Key: "n", Value: int32(n)}, bson.E{Key: "writeErrors", Value: wrong})
	}
	return ok(bson.E{Key: "n", Value: int32(n)})
}

func update(command bson.D, place string) bson.D {
	n, made := 0, bson.A{}
	for at, each := range list(command, "updates") {
		wanted, _ := documentField(each, "q")
		change, _ := documentField(each, "u")
		matched, _, id := all.update(place, wanted, change, truth(each, "upsert"), truth(each, "multi"))
		n += matched
		if id != nil {
			n++
			made = append(made, bson.D{{Key: "index", Value: int32(at)}, {Key: "_id", Value: id}})
		}
	}
	reply := bson.D{{Key: "n", Value: int32(n)}, {Key: "nModified", Value: int32(n - len(made))}}
	if len(made) > 0 {
		reply = append(reply, bson.E{Key: "upserted", Value: made})
	}
	return ok(reply...)
}

func modify(command bson.D, place string, query bson.D) bson.D {
	before := all.find(place, query, nil)
	if truth(command, "remove") {
		all.remove(place, query, 1)
	}
	var value any
	if len(before) > 0 {
		value = before[0]
	}
	change, changes := documentField(command, "update")
	n := 0
	if changes {
		matched, after, _ := all.update(place, query, change, truth(command, "upsert"), false)
		n = matched
		if truth(command, "new") && after != nil {
			value = after
		}
	}
	last := bson.D{{Key: "n", Value: int32(max(n, 1))}, {Key: "updatedExisting", Value: n > 0}}
	return ok(bson.E{Key: "lastErrorObject", Value: last}, bson.E{Key: "value", Value: value})
}

func distinct(command bson.D, place string, query bson.D) bson.D {
	key, _ := field(command, "key")
	values := bson.A{}
	seen := map[string]bool{}
	for _, document := range all.find(place, query, nil) {
		value, isThere := field(document, key.(string))
		if isThere && !seen[string(raw(value))] {
			seen[string(raw(value))] = true
			values = append(values, value)
		}
	}
	return ok(bson.E{Key: "values", Value: values})
}
