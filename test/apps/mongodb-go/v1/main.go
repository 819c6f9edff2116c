// The service by MongoDB's Go driver, version 1.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"sort"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"reprise.test/mongodb/web"
)

var ctx = context.Background()

type store struct {
	client *mongo.Client
}

func (s store) in(name string) *mongo.Collection { return s.client.Database("shop").Collection(name) }

func main() {
	settings := options.Client().ApplyURI(os.Getenv("MONGODB_URL")).SetMaxPoolSize(web.PoolSize())
	if file := os.Getenv("MONGODB_ROOT"); file != "" {
		settings.SetTLSConfig(web.Trusting(file))
	}
	client, err := mongo.Connect(ctx, settings)
	if err != nil {
		panic(err)
	}
	web.Serve(store{client})
}

func (s store) Item(n int) (web.Body, error) {
	var item web.Body
	err := s.in("items").FindOne(ctx, bson.M{"n": web.Asked(n)}).Decode(&item)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, nil
	}
	return item, err
}

func (s store) Types() (web.Body, error) {
	id, _ := primitive.ObjectIDFromHex("507f1f77bcf86cd799439011")
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	written, err := bson.Marshal(bson.D{{Key: "_id", Value: "types"}, {Key: "int", Value: int32(7)},
		{Key: "long", Value: int64(9007199254740993)}, {Key: "double", Value: 1.5}, {Key: "whole", Value: 2.0},
		{Key: "text", Value: "ü\x00☃"}, {Key: "at", Value: at}, {Key: "flag", Value: true}, {Key: "nothing", Value: nil},
		{Key: "list", Value: bson.A{int32(1), "two", bson.D{{Key: "three", Value: int32(3)}}}}, {Key: "inner", Value: bson.D{{Key: "a", Value: bson.D{}}}},
		{Key: "bytes", Value: primitive.Binary{Data: []byte{0, 255, 16}}}, {Key: "pattern", Value: primitive.Regex{Pattern: "^a", Options: "i"}},
		{Key: "id", Value: id}, {Key: "stamp", Value: primitive.Timestamp{T: 5, I: 6}}})
	if err != nil {
		return nil, err
	}
	if _, err := s.in("types").ReplaceOne(ctx, bson.M{"_id": "types"}, bson.Raw(written), options.Replace().SetUpsert(true)); err != nil {
		return nil, err
	}
	read, err := s.in("types").FindOne(ctx, bson.M{"_id": "types"}).Raw()
	if err != nil {
		return nil, err
	}
	_, binary := read.Lookup("bytes").Binary()
	return web.Body{"same": bytes.Equal(read, written), "long": "9007199254740993", "at": read.Lookup("at").Time().UTC().Format("2006-01-02T15:04:05.000Z"),
		"bytes": hex.EncodeToString(binary)}, nil
}

func (s store) Visit() (int, error) {
	var counter struct{ N int }
	settings := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
	err := s.in("counters").FindOneAndUpdate(ctx, bson.M{"_id": "visits"}, bson.M{"$inc": bson.M{"n": 1}}, settings).Decode(&counter)
	return counter.N, err
}

func (s store) Add(name string) (web.Body, error) {
	document := bson.M{"name": name, "count": 0}
	if web.Makes() {
		document["made"] = true
	}
	added, err := s.in("added").InsertOne(ctx, document)
	if err != nil {
		return nil, err
	}
	mine := bson.M{"_id": added.InsertedID}
	if _, err := s.in("added").UpdateOne(ctx, mine, bson.M{"$inc": bson.M{"count": 1}}); err != nil {
		return nil, err
	}
	var found struct {
		Name  string
		Count int
	}
	if err := s.in("added").FindOne(ctx, mine).Decode(&found); err != nil {
		return nil, err
	}
	review := bson.M{"item": added.InsertedID, "stars": bson.A{bson.M{"_id": primitive.NewObjectID(), "n": 5}}}
	if _, err := s.in("reviews").InsertOne(ctx, review); err != nil {
		return nil, err
	}
	reviews, err := s.in("reviews").CountDocuments(ctx, bson.M{"item": added.InsertedID})
	if err != nil {
		return nil, err
	}
	deleted, err := s.in("added").DeleteOne(ctx, mine)
	if err != nil {
		return nil, err
	}
	return web.Body{"name": found.Name, "count": found.Count, "reviews": reviews, "deleted": deleted.DeletedCount}, nil
}

func (s store) Many(count int) (web.Body, error) {
	documents := []any{}
	for n := range count {
		documents = append(documents, bson.M{"n": n})
	}
	inserted, err := s.in("many").InsertMany(ctx, documents)
	if err != nil {
		return nil, err
	}
	mine := bson.M{"_id": bson.M{"$in": inserted.InsertedIDs}}
	_, sum, err := s.sum("many", mine, options.Find().SetBatchSize(10))
	if err != nil {
		return nil, err
	}
	_, err = s.in("many").DeleteMany(ctx, mine)
	return web.Body{"inserted": len(inserted.InsertedIDs), "sum": sum}, err
}

func (s store) sum(name string, filter bson.M, settings *options.FindOptions) (count, sum int, err error) {
	cursor, err := s.in(name).Find(ctx, filter, settings)
	if err != nil {
		return 0, 0, err
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		var each struct{ N int }
		if err := cursor.Decode(&each); err != nil {
			return 0, 0, err
		}
		count, sum = count+1, sum+each.N
	}
	return count, sum, cursor.Err()
}

func (s store) Stream(size int) (web.Body, error) {
	count, sum, err := s.sum("items", bson.M{}, options.Find().SetBatchSize(int32(size)).SetSort(bson.M{"n": 1}))
	return web.Body{"count": count, "sum": sum}, err
}

func (s store) Early() ([]int, error) {
	cursor, err := s.in("items").Find(ctx, bson.M{}, options.Find().SetBatchSize(2).SetSort(bson.M{"n": 1}))
	if err != nil {
		return nil, err
	}
	seen := []int{}
	for len(seen) < 3 && cursor.Next(ctx) {
		seen = append(seen, int(cursor.Current.Lookup("n").AsInt64()))
	}
	return seen, cursor.Close(ctx)
}

func (s store) Update(n int) (web.Body, error) {
	updated, err := s.in("items").UpdateOne(ctx, bson.M{"n": n}, bson.M{"$inc": bson.M{"price": 1}})
	if err != nil {
		return nil, err
	}
	var item struct{ Price float64 }
	err = s.in("items").FindOne(ctx, bson.M{"n": n}).Decode(&item)
	return web.Body{"matched": updated.MatchedCount, "price": item.Price}, err
}

func (s store) Totals() ([]web.Body, error) {
	group := bson.D{{Key: "_id", Value: "$kind"}, {Key: "n", Value: bson.M{"$sum": 1}}, {Key: "total", Value: bson.M{"$sum": "$n"}}}
	cursor, err := s.in("items").Aggregate(ctx, bson.A{bson.M{"$match": bson.M{"n": bson.M{"$lte": 9}}}, bson.M{"$group": group}, bson.M{"$sort": bson.M{"_id": 1}}})
	if err != nil {
		return nil, err
	}
	totals := []web.Body{}
	return totals, cursor.All(ctx, &totals)
}

func (s store) Kinds() ([]string, error) {
	values, err := s.in("items").Distinct(ctx, "kind", bson.M{})
	kinds := []string{}
	for _, value := range values {
		kinds = append(kinds, value.(string))
	}
	sort.Strings(kinds)
	return kinds, err
}

func (s store) Failure() error {
	_, err := s.in("counters").InsertOne(ctx, bson.M{"_id": "visits"})
	if mongo.IsDuplicateKeyError(err) {
		return web.ErrDuplicate
	}
	return err
}

func (s store) Big() (int, error) {
	read, err := s.in("big").FindOne(ctx, bson.M{"_id": "big"}).Raw()
	if err != nil {
		return 0, err
	}
	_, binary := read.Lookup("bytes").Binary()
	return len(binary), nil
}

func (s store) Slow(n int) (web.Body, error) {
	mine := bson.M{"_id": n}
	if _, err := s.in("slow").InsertOne(ctx, bson.M{"_id": n, "count": 0}); err != nil {
		return nil, err
	}
	if _, err := s.in("slow").UpdateOne(ctx, mine, bson.M{"$inc": bson.M{"count": 1}}); err != nil {
		return nil, err
	}
	var found struct {
		ID    int `bson:"_id"`
		Count int
	}
	err := s.in("slow").FindOne(ctx, mine).Decode(&found)
	return web.Body{"value": found.ID, "count": found.Count}, err
}

func (s store) amounts(in context.Context) ([]int, error) {
	cursor, err := s.in("account").Find(in, bson.M{}, options.Find().SetSort(bson.M{"n": 1}))
	if err != nil {
		return nil, err
	}
	var accounts []struct{ Amount int }
	err = cursor.All(in, &accounts)
	amounts := []int{}
	for _, each := range accounts {
		amounts = append(amounts, each.Amount)
	}
	return amounts, err
}

func (s store) Transfer(amount int, isAborted bool) ([]int, error) {
	session, err := s.client.StartSession()
	if err != nil {
		return nil, err
	}
	defer session.EndSession(ctx)
	in := mongo.NewSessionContext(ctx, session)
	if err := session.StartTransaction(); err != nil {
		return nil, err
	}
	if _, err := s.in("account").UpdateOne(in, bson.M{"n": 1}, bson.M{"$inc": bson.M{"amount": -amount}}); err != nil {
		return nil, err
	}
	if _, err := s.in("account").UpdateOne(in, bson.M{"n": 2}, bson.M{"$inc": bson.M{"amount": amount}}); err != nil {
		return nil, err
	}
	if _, err := s.amounts(in); err != nil {
		return nil, err
	}
	if isAborted {
		err = session.AbortTransaction(ctx)
	} else {
		err = session.CommitTransaction(ctx)
	}
	if err != nil {
		return nil, err
	}
	return s.amounts(ctx)
}

func (s store) Retry(n int) (bool, error) {
	if _, err := s.in("flaky").InsertOne(ctx, bson.M{"n": n}); err != nil {
		return false, err
	}
	return s.in("flaky").FindOne(ctx, bson.M{"n": n}).Err() == nil, nil
}

func (s store) Changes(say string) (string, error) {
	stream, err := s.in("news").Watch(ctx, mongo.Pipeline{}, options.ChangeStream().SetMaxAwaitTime(500*time.Millisecond))
	if err != nil {
		return "", err
	}
	defer stream.Close(ctx)
	if _, err := s.in("news").InsertOne(ctx, bson.M{"say": say}); err != nil {
		return "", err
	}
	if !stream.Next(ctx) {
		return "", stream.Err()
	}
	return stream.Current.Lookup("fullDocument", "say").StringValue(), nil
}

// A digest of every document, byte for byte, so many of them in one answer of the server.
func (s store) Rows(batch int) (web.Body, error) {
	cursor, err := s.in("rows").Find(ctx, bson.M{}, options.Find().SetBatchSize(int32(batch)))
	if err != nil {
		return nil, err
	}
	defer cursor.Close(ctx)
	digest, count := sha256.New(), 0
	for ; cursor.Next(ctx); count++ {
		digest.Write(cursor.Current)
	}
	return web.Body{"count": count, "digest": hex.EncodeToString(digest.Sum(nil))}, cursor.Err()
}
