run ->(_) { [200, { 'Content-Type' => 'text/plain' }, ["payments: ok\n"]] }
