package main

import (
	"bytes"
	"reflect"
	"sort"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// Everything that all members hold, one command at a time.
type store struct {
	sync.Mutex
	collections map[string][]bson.D
	// What is told to those who watch, in its order, and who is to be woken.
	events []bson.D
	wake   *sync.Cond
}

func newStore() *store {
	made := &store{collections: map[string][]bson.D{}}
	made.wake = sync.NewCond(&made.Mutex)
	return made
}

func (s *store) copy() map[string][]bson.D {
	held := map[string][]bson.D{}
	for name, documents := range s.collections {
		held[name] = append([]bson.D(nil), documents...)
	}
	return held
}

func field(document bson.D, path string) (any, bool) {
	name, rest, isDeep := strings.Cut(path, ".")
	for _, each := range document {
		if each.Key != name {
			continue
		}
		if inner, ok := each.Value.(bson.D); ok && isDeep {
			return field(inner, rest)
		}
		return each.Value, !isDeep
	}
	return nil, false
}

func documentField(document bson.D, name string) (bson.D, bool) {
	value, _ := field(document, name)
	found, ok := value.(bson.D)
	return found, ok
}

func number(value any) (float64, bool) {
	switch n := value.(type) {
	case int32:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// Numbers by their worth, texts by their bytes, everything else by what it is in BSON.
func compare(one, other any) int {
	a, isNumber := number(one)
	b, isToo := number(other)
	if isNumber && isToo {
		return int(min(1, max(-1, (a-b)*1e9)))
	}
	return bytes.Compare(raw(one), raw(other))
}

func raw(value any) []byte {
	if text, ok := value.(string); ok {
		return []byte("\x02" + text)
	}
	kind, content, err := bson.MarshalValue(value)
	if err != nil {
		return nil
	}
	return append([]byte{byte(kind)}, content...)
}

func matches(document, filter bson.D) bool {
	for _, wanted := range filter {
		value, isThere := field(document, wanted.Key)
		operators, ok := wanted.Value.(bson.D)
		if !ok || len(operators) == 0 || !strings.HasPrefix(operators[0].Key, "$") {
			if !isThere || compare(value, wanted.Value) != 0 {
				return false
			}
			continue
		}
		for _, operator := range operators {
			if !fits(value, isThere, operator) {
				return false
			}
		}
	}
	return true
}

func fits(value any, isThere bool, operator bson.E) bool {
	switch operator.Key {
	case "$exists":
		return isThere == operator.Value
	case "$in":
		for _, each := range operator.Value.(bson.A) {
			if compare(value, each) == 0 {
				return true
			}
		}
		return false
	}
	order := compare(value, operator.Value)
	held := map[string]bool{"$gt": order > 0, "$gte": order >= 0, "$lt": order < 0, "$lte": order <= 0, "$ne": order != 0, "$eq": order == 0}
	return isThere && held[operator.Key]
}

func (s *store) find(name string, filter, order bson.D) []bson.D {
	found := []bson.D{}
	for _, document := range s.collections[name] {
		if matches(document, filter) {
			found = append(found, document)
		}
	}
	for at := len(order) - 1; at >= 0; at-- {
		key, direction := order[at].Key, order[at].Value
		sign, _ := number(direction)
		sort.SliceStable(found, func(i, j int) bool {
			a, _ := field(found[i], key)
			b, _ := field(found[j], key)
			return compare(a, b)*int(sign) < 0
		})
	}
	return found
}

func (s *store) insert(name string, document bson.D) bool {
	id, ok := field(document, "_id")
	if !ok {
		id = primitive.NewObjectID()
		document = append(bson.D{{Key: "_id", Value: id}}, document...)
	}
	if len(s.find(name, bson.D{{Key: "_id", Value: id}}, nil)) > 0 {
		return false
	}
	s.collections[name] = append(s.collections[name], document)
	s.tell(name, bson.D{{Key: "operationType", Value: "insert"}, {Key: "fullDocument", Value: document}, {Key: "documentKey", Value: bson.D{{Key: "_id", Value: id}}}})
	return true
}

func with(document bson.D, name string, value any) bson.D {
	changed := append(bson.D(nil), document...)
	for at := range changed {
		if changed[at].Key == name {
			changed[at].Value = value
			return changed
		}
	}
	return append(changed, bson.E{Key: name, Value: value})
}

func updated(document, update bson.D, isNew bool) bson.D {
	if len(update) > 0 && !strings.HasPrefix(update[0].Key, "$") {
		if _, ok := field(update, "_id"); ok {
			return update
		}
		id, _ := field(document, "_id")
		return append(bson.D{{Key: "_id", Value: id}}, update...)
	}
	for _, operator := range update {
		fields, _ := operator.Value.(bson.D)
		for _, each := range fields {
			before, _ := field(document, each.Key)
			switch operator.Key {
			case "$set":
				document = with(document, each.Key, each.Value)
			case "$setOnInsert":
				if isNew {
					document = with(document, each.Key, each.Value)
				}
			case "$inc":
				document = with(document, each.Key, sum(before, each.Value))
			case "$push":
				list, _ := before.(bson.A)
				document = with(document, each.Key, append(append(bson.A{}, list...), each.Value))
			}
		}
	}
	return document
}

func sum(one, other any) any {
	if one == nil {
		return other
	}
	a, _ := number(one)
	b, _ := number(other)
	if _, ok := one.(int32); ok {
		return int32(a + b)
	}
	if _, ok := one.(int64); ok {
		return int64(a + b)
	}
	return a + b
}

// How many matched, and the document afterwards; one that is not there is made where `upsert` says so.
func (s *store) update(name string, filter, update bson.D, upsert, many bool) (matched int, last bson.D, made any) {
	for at, document := range s.collections[name] {
		if !matches(document, filter) {
			continue
		}
		last = updated(document, update, false)
		s.collections[name][at] = last
		matched++
		if !many {
			return matched, last, nil
		}
	}
	if matched > 0 || !upsert {
		return matched, last, nil
	}
	document := bson.D{}
	for _, each := range filter {
		if !reflect.TypeOf(each.Value).ConvertibleTo(reflect.TypeOf(bson.D{})) {
			document = append(document, each)
		}
	}
	document = updated(document, update, true)
	if _, ok := field(document, "_id"); !ok {
		document = append(bson.D{{Key: "_id", Value: primitive.NewObjectID()}}, document...)
	}
	s.insert(name, document)
	made, _ = field(document, "_id")
	return 0, document, made
}

func (s *store) remove(name string, filter bson.D, most int) int {
	kept := []bson.D{}
	removed := 0
	for _, document := range s.collections[name] {
		if (most == 0 || removed < most) && matches(document, filter) {
			removed++
		} else {
			kept = append(kept, document)
		}
	}
	s.collections[name] = kept
	return removed
}

func (s *store) tell(name string, event bson.D) {
	database, collection, _ := strings.Cut(name, ".")
	token := bson.D{{Key: "_data", Value: primitive.NewObjectID().Hex()}}
	place := bson.D{{Key: "db", Value: database}, {Key: "coll", Value: collection}}
	event = append(bson.D{{Key: "_id", Value: token}, {Key: "clusterTime", Value: now()}, {Key: "ns", Value: place}}, event...)
	s.events = append(s.events, event)
	s.wake.Broadcast()
}
