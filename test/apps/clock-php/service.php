<?php
// What time it is, whether a token has expired, what happened in the last 24 hours (libpq by FFI), and how long waits are.

function names(string $sql, string ...$values): array
{
    $pq = FFI::cdef('
        void *PQconnectdb(const char *);
        void *PQexecParams(void *, const char *, int, const void *, const char *const *, const int *, const int *, int);
        int PQntuples(const void *);
        char *PQgetvalue(const void *, int, int);
        char *PQresultErrorMessage(const void *);
        void PQfinish(void *);
    ', 'libpq.so.5');
    $texts = FFI::new('char *[' . count($values) . ']');
    $kept = [];
    foreach ($values as $at => $value) {
        $kept[$at] = FFI::new('char[' . (strlen($value) + 1) . ']');
        FFI::memcpy($kept[$at], $value, strlen($value));
        $texts[$at] = FFI::cast('char *', FFI::addr($kept[$at]));
    }
    $connection = $pq->PQconnectdb(getenv('DATABASE_URL'));
    $list = $pq->cast('const char *const *', FFI::addr($texts));
    $result = $pq->PQexecParams($connection, $sql, count($values), null, $list, null, null, 0);
    $wrong = FFI::string($pq->PQresultErrorMessage($result));
    if ($wrong !== '') {
        throw new RuntimeException($wrong);
    }
    $names = [];
    for ($row = 0; $row < $pq->PQntuples($result); $row++) {
        $names[] = FFI::string($pq->PQgetvalue($result, $row, 0));
    }
    $pq->PQfinish($connection);
    return $names;
}

function token(string $header): array
{
    [$head, $body, $signature] = explode('.', substr($header, strlen('Bearer ')));
    $own = rtrim(strtr(base64_encode(hash_hmac('sha256', "$head.$body", 'a shared key', true)), '+/', '-_'), '=');
    if ($own !== $signature) {
        return [401, ['error' => 'signature']];
    }
    $claims = json_decode(base64_decode(strtr($body, '-_', '+/')), true);
    return $claims['exp'] < microtime(true) ? [401, ['error' => 'expired']] : [200, ['subject' => $claims['sub']]];
}

function recent(): array
{
    $now = new DateTimeImmutable('now', new DateTimeZone('UTC'));
    $sql = 'SELECT name FROM events WHERE at > $1::timestamptz AND at <= $2::timestamptz ORDER BY at';
    $names = names($sql, $now->modify('-24 hours')->format('Y-m-d\TH:i:s\Z'), $now->format('Y-m-d\TH:i:s\Z'));
    return ['names' => $names];
}

function waits(): array
{
    $ways = [
        'usleep' => fn() => usleep(300_000),
        'nanosleep' => fn() => time_nanosleep(0, 300_000_000),
        'until' => fn() => time_sleep_until(microtime(true) + 0.3),
    ];
    $wrong = [];
    foreach ($ways as $name => $way) {
        $began = hrtime(true);
        $way();
        $took = (hrtime(true) - $began) / 1e9;
        if ($took < 0.29 || $took > 0.9) {
            $wrong[] = $name;
        }
    }
    return ['wrong' => $wrong];
}

[$status, $body] = match ($_SERVER['REQUEST_URI']) {
    '/now' => [200, ['now' => gmdate('Y-m-d\TH:i:s\Z')]],
    '/token' => token($_SERVER['HTTP_AUTHORIZATION']),
    '/recent' => [200, recent()],
    '/waits' => [200, waits()],
};
http_response_code($status);
header('content-type: application/json');
echo json_encode($body);
