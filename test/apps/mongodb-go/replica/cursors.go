package main

import (
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// What an open cursor has still to give; one that watches gives what is told from `next` on.
type cursor struct {
	rest    []bson.D
	batch   int
	watches bool
	next    int
}

var opened = map[int64]*cursor{}
var lastCursor atomic.Int64

func (c *connection) cursors() map[int64]*cursor { return opened }

func (c *connection) cursor(place string, found []bson.D, batch int) bson.D {
	first := found[:min(len(found), batch)]
	id := int64(0)
	if rest := found[len(first):]; len(rest) > 0 {
		id = 7_000_000_000 + lastCursor.Add(1)
		opened[id] = &cursor{rest: rest, batch: batch}
	}
	return batchOf(place, "firstBatch", id, first)
}

func batchOf(place, name string, id int64, documents []bson.D) bson.D {
	batch := bson.A{}
	for _, document := range documents {
		batch = append(batch, document)
	}
	fields := bson.D{{Key: name, Value: batch}, {Key: "id", Value: id}, {Key: "ns", Value: place}}
	return ok(bson.E{Key: "cursor", Value: fields})
}

func (c *connection) more(command bson.D, place string) bson.D {
	id, _ := command[0].Value.(int64)
	open, isOpen := opened[id]
	if !isOpen {
		return failed(43, "CursorNotFound", "cursor id not found")
	}
	if open.watches {
		return open.news(place, id, time.Duration(whole(command, "maxTimeMS", 1000))*time.Millisecond)
	}
	batch := open.rest[:min(len(open.rest), whole(command, "batchSize", max(open.batch, 1)))]
	open.rest = open.rest[len(batch):]
	if len(open.rest) == 0 {
		delete(opened, id)
		id = 0
	}
	return batchOf(place, "nextBatch", id, batch)
}

// Waits so long for something to tell; nobody else waits meanwhile.
func (open *cursor) news(place string, id int64, most time.Duration) bson.D {
	isOver := false
	timer := time.AfterFunc(most, func() {
		all.Lock()
		isOver = true
		all.wake.Broadcast()
		all.Unlock()
	})
	defer timer.Stop()
	found := []bson.D{}
	for {
		for ; open.next < len(all.events); open.next++ {
			event := all.events[open.next]
			where, _ := documentField(event, "ns")
			database, _ := field(where, "db")
			collection, _ := field(where, "coll")
			if database.(string)+"."+collection.(string) == place {
				found = append(found, event)
			}
		}
		if len(found) > 0 || isOver {
			break
		}
		all.wake.Wait()
	}
	reply := batchOf(place, "nextBatch", id, found)
	token := bson.D{{Key: "_data", Value: primitive.NewObjectID().Hex()}}
	if len(found) > 0 {
		token, _ = documentField(found[len(found)-1], "_id")
	}
	fields, _ := documentField(reply, "cursor")
	return with(reply, "cursor", with(fields, "postBatchResumeToken", token))
}

func (c *connection) aggregate(command bson.D, place string) bson.D {
	batch := 101
	if options, isThere := documentField(command, "cursor"); isThere {
		batch = whole(options, "batchSize", 101)
	}
	documents := append([]bson.D(nil), all.collections[place]...)
	for _, stage := range list(command, "pipeline") {
		inner, _ := stage[0].Value.(bson.D)
		switch stage[0].Key {
		case "$changeStream":
			id := 7_000_000_000 + lastCursor.Add(1)
			opened[id] = &cursor{watches: true, next: len(all.events)}
			reply := batchOf(place, "firstBatch", id, nil)
			fields, _ := documentField(reply, "cursor")
			token := bson.D{{Key: "_data", Value: primitive.NewObjectID().Hex()}}
			return with(reply, "cursor", with(fields, "postBatchResumeToken", token))
		case "$match":
			kept := []bson.D{}
			for _, document := range documents {
				if matches(document, inner) {
					kept = append(kept, document)
				}
			}
			documents = kept
		case "$group":
			documents = group(documents, inner)
		case "$sort":
			sorted := &store{collections: map[string][]bson.D{"": documents}}
			documents = sorted.find("", nil, inner)
		}
	}
	return c.cursor(place, documents, batch)
}

// `{_id: "$field" or a value, name: {$sum: 1 or "$field"}}`.
func group(documents []bson.D, by bson.D) []bson.D {
	groups := []bson.D{}
	at := map[string]int{}
	for _, document := range documents {
		id := valueOf(document, by[0].Value)
		index, isThere := at[string(raw(id))]
		if !isThere {
			index = len(groups)
			at[string(raw(id))] = index
			groups = append(groups, bson.D{{Key: "_id", Value: id}})
		}
		for _, each := range by[1:] {
			inner, _ := each.Value.(bson.D)
			before, _ := field(groups[index], each.Key)
			groups[index] = with(groups[index], each.Key, sum(before, valueOf(document, inner[0].Value)))
		}
	}
	return groups
}

func valueOf(document bson.D, expression any) any {
	if text, isText := expression.(string); isText && len(text) > 0 && text[0] == '$' {
		value, _ := field(document, text[1:])
		return value
	}
	return expression
}
