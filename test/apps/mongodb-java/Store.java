import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonRegularExpression;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.ObjectId;

/** What the service asks of MongoDB. */
final class Store {
  private final MongoClient client;

  Store() {
    int size = Integer.parseInt(System.getenv().getOrDefault("POOL_SIZE", "5"));
    client = MongoClients.create(MongoClientSettings.builder()
        .applyConnectionString(new ConnectionString(System.getenv("MONGODB_URL")))
        .applyToConnectionPoolSettings(pool -> pool.maxSize(size))
        .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(10, TimeUnit.SECONDS))
        .build());
  }

  private MongoCollection<Document> in(String name) { return client.getDatabase("shop").getCollection(name); }

  Document item(int n) { return in("items").find(Filters.eq("n", n)).first(); }

  Document types() {
    Document written = new Document("_id", "types").append("int", 7).append("long", 9007199254740993L).append("double", 1.5)
        .append("whole", 2.0).append("text", "ü\0☃").append("at", Date.from(Instant.parse("2026-01-02T03:04:05.678Z")))
        .append("flag", true).append("nothing", null).append("list", List.of(1, "two", new Document("three", 3)))
        .append("inner", new Document("a", new Document("b", new Document()))).append("bytes", new Binary(new byte[] {0, -1, 16}))
        .append("pattern", new BsonRegularExpression("^a", "i")).append("id", new ObjectId("507f1f77bcf86cd799439011"))
        .append("stamp", new BsonTimestamp(5, 6));
    in("types").replaceOne(Filters.eq("_id", "types"), written, new ReplaceOptions().upsert(true));
    Document read = in("types").find(Filters.eq("_id", "types")).first();
    return new Document("same", read.toBsonDocument().equals(written.toBsonDocument())).append("long", String.valueOf(read.get("long")))
        .append("at", read.getDate("at").toInstant().toString()).append("bytes", HexFormat.of().formatHex(read.get("bytes", Binary.class).getData()));
  }

  int visit() {
    var options = new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER);
    return in("counters").findOneAndUpdate(Filters.eq("_id", "visits"), Updates.inc("n", 1), options).getInteger("n");
  }

  Document add(String name) {
    Document item = new Document("name", name).append("count", 0);
    if (Service.CHANGE.equals("another field")) item.append("made", true);
    in("added").insertOne(item);
    var mine = Filters.eq("_id", item.getObjectId("_id"));
    in("added").updateOne(mine, Updates.inc("count", 1));
    Document found = in("added").find(mine).first();
    in("reviews").insertOne(new Document("item", item.getObjectId("_id")).append("stars", List.of(new Document("_id", new ObjectId()).append("n", 5))));
    long reviews = in("reviews").countDocuments(Filters.eq("item", item.getObjectId("_id")));
    long deleted = in("added").deleteOne(mine).getDeletedCount();
    return new Document("name", found.get("name")).append("count", found.get("count")).append("reviews", (int) reviews).append("deleted", (int) deleted);
  }

  Document many(int count) {
    List<Document> documents = IntStream.range(0, count).mapToObj(n -> new Document("n", n)).toList();
    in("many").insertMany(documents);
    var mine = Filters.in("_id", documents.stream().map(each -> each.getObjectId("_id")).toList());
    int sum = 0;
    for (Document each : in("many").find(mine).batchSize(10)) sum += each.getInteger("n");
    in("many").deleteMany(mine);
    return new Document("inserted", documents.size()).append("sum", sum);
  }

  Document stream(int size) {
    int count = 0;
    int sum = 0;
    for (Document each : in("items").find().sort(Sorts.ascending("n")).batchSize(size)) {
      count++;
      sum += each.getInteger("n");
    }
    return new Document("count", count).append("sum", sum);
  }

  List<Integer> early() {
    List<Integer> seen = new ArrayList<>();
    try (MongoCursor<Document> cursor = in("items").find().sort(Sorts.ascending("n")).batchSize(2).iterator()) {
      while (seen.size() < 3) seen.add(cursor.next().getInteger("n"));
    }
    return seen;
  }

  Document update(int n) {
    long matched = in("items").updateOne(Filters.eq("n", n), Updates.inc("price", 1)).getMatchedCount();
    return new Document("matched", (int) matched).append("price", item(n).get("price"));
  }

  List<Document> totals() {
    return in("items").aggregate(List.of(
        Aggregates.match(Filters.lte("n", 9)),
        Aggregates.group("$kind", Accumulators.sum("n", 1), Accumulators.sum("total", "$n")),
        Aggregates.sort(Sorts.ascending("_id")))).into(new ArrayList<>());
  }

  List<String> kinds() { return in("items").distinct("kind", String.class).into(new ArrayList<>()).stream().sorted().toList(); }

  String failure() {
    in("counters").insertOne(new Document("_id", "visits"));
    return "{}";
  }

  int big() { return in("big").find(Filters.eq("_id", "big")).first().get("bytes", Binary.class).length(); }

  Document slow(int n) {
    in("slow").insertOne(new Document("_id", n).append("count", 0));
    in("slow").updateOne(Filters.eq("_id", n), Updates.inc("count", 1));
    Document found = in("slow").find(Filters.eq("_id", n)).first();
    return new Document("value", found.get("_id")).append("count", found.get("count"));
  }

  private List<Integer> amounts(ClientSession session) {
    var found = session == null ? in("account").find() : in("account").find(session);
    return found.sort(Sorts.ascending("n")).map(each -> each.getInteger("amount")).into(new ArrayList<>());
  }

  List<Integer> transfer(int amount, boolean isAborted) {
    try (ClientSession session = client.startSession()) {
      session.startTransaction();
      in("account").updateOne(session, Filters.eq("n", 1), Updates.inc("amount", -amount));
      in("account").updateOne(session, Filters.eq("n", 2), Updates.inc("amount", amount));
      amounts(session);
      if (isAborted) session.abortTransaction();
      else session.commitTransaction();
    }
    return amounts(null);
  }

  boolean retry(int n) {
    in("flaky").insertOne(new Document("n", n));
    return in("flaky").find(Filters.eq("n", n)).first() != null;
  }

  String changes(String say) {
    try (var stream = in("news").watch().maxAwaitTime(500, TimeUnit.MILLISECONDS).cursor()) {
      in("news").insertOne(new Document("say", say));
      return stream.next().getFullDocument().getString("say");
    }
  }
}
