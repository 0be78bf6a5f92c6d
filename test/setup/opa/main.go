// OPA's own server (its package v1/server, which `opa run --server` starts too) and nothing else of it: the whole program takes half as long
// again to build. Arguments: an address, and the files of its policies.
package main

import (
	"context"
	"log"
	"os"

	"github.com/open-policy-agent/opa/v1/plugins"
	"github.com/open-policy-agent/opa/v1/server"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

func main() {
	if err := serve(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, address string, files []string) error {
	store := inmem.New()
	if err := storage.Txn(ctx, store, storage.WriteParams, func(txn storage.Transaction) error {
		return load(ctx, store, txn, files)
	}); err != nil {
		return err
	}
	manager, err := plugins.New([]byte("{}"), "tests", store)
	if err != nil {
		return err
	}
	if err := manager.Init(ctx); err != nil {
		return err
	}
	opa, err := server.New().WithAddresses([]string{address}).WithStore(store).WithManager(manager).Init(ctx)
	if err != nil {
		return err
	}
	loops, err := opa.Listeners()
	if err != nil {
		return err
	}
	ended := make(chan error)
	for _, loop := range loops {
		go func() { ended <- loop() }()
	}
	return <-ended
}

func load(ctx context.Context, store storage.Store, txn storage.Transaction, files []string) error {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := store.UpsertPolicy(ctx, txn, file, text); err != nil {
			return err
		}
	}
	return nil
}
