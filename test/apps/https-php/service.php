<?php
// A service that asks an HTTPS API what it is asked, by the client that the first part of the path names; for php -S.

function by_curl(string $url, string $method, string $body, bool $insecure): array {
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_ENCODING => ""]);
    if ($body !== "") {
        curl_setopt_array($curl, [CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => ["content-type: application/json"]]);
    }
    if ($insecure) {
        curl_setopt_array($curl, [CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0]);
    }
    $said = curl_exec($curl);
    if ($said === false) {
        throw new Exception(curl_errno($curl) . ": " . curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $said];
}

function by_streams(string $url, string $method, string $body, bool $insecure): array {
    $http = ["method" => $method, "content" => $body, "ignore_errors" => true];
    if ($body !== "") {
        $http["header"] = "content-type: application/json";
    }
    $ssl = $insecure ? ["verify_peer" => false, "verify_peer_name" => false] : [];
    $wrong = [];
    set_error_handler(function ($level, $text) use (&$wrong) { $wrong[] = $text; return true; });
    $said = file_get_contents($url, false, stream_context_create(["http" => $http, "ssl" => $ssl]));
    restore_error_handler();
    if ($said === false) {
        throw new Exception(implode("; ", $wrong));
    }
    return [explode(" ", $http_response_header[0])[1], $said];
}

[, $kind, $path] = explode("/", $_SERVER["REQUEST_URI"], 3);
$api = $_SERVER["HTTP_X_API"] ?? getenv("API");
$ask = ["curl" => "by_curl", "streams" => "by_streams"][$kind];
header("content-type: text/plain");
try {
    [$status, $said] = $ask("$api/$path", $_SERVER["REQUEST_METHOD"], file_get_contents("php://input"), isset($_SERVER["HTTP_X_INSECURE"]));
    echo "$status $said";
} catch (Exception $error) {
    http_response_code(502);
    echo $error->getMessage();
}
