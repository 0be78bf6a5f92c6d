<?php
// One HTTP answer per connection, each in a process of its own. Arguments: address, certificate, key, and the options of the TLS context as JSON.
[, $address, $certificate, $key, $options] = $argv;
$tls = json_decode($options, true) + ['local_cert' => $certificate, 'local_pk' => $key];
$server = stream_socket_server("tcp://$address", $number, $message, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, stream_context_create(['ssl' => $tls]));
if ($server === false) exit($message);
pcntl_signal(SIGCHLD, SIG_IGN);
while (true) {
    $client = @stream_socket_accept($server, -1);
    if ($client === false || pcntl_fork() !== 0) continue;
    stream_set_timeout($client, 5);
    if (@stream_socket_enable_crypto($client, true, STREAM_CRYPTO_METHOD_TLSv1_2_SERVER | STREAM_CRYPTO_METHOD_TLSv1_3_SERVER) === true) {
        while (($line = fgets($client)) !== false && trim($line) !== '');
        if ($line !== false) fwrite($client, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\npayments: ok\n");
    }
    fclose($client);
    exit;
}
