package cli

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"plimsoll/dsl/plan"
)

// A spike on the simulated service brings tasks in the simulated AWS, which the service then has; its end takes them away.
func TestSpikeScalesOutAndIn(t *testing.T) {
	p := &plan.Plan{Root: t.TempDir(), Services: []*plan.Service{{
		Name: "web", ECS: &plan.ECS{Cluster: "beta", Service: "web"},
		Simulate: &plan.Simulate{Tasks: 1, Slots: 2, ServiceTime: time.Millisecond, StartTime: 25 * time.Second, OnFull: "slow", Speed: 1000},
		Desired: &plan.Desired{
			Tasks: &plan.TaskBounds{Min: 1, Max: 4}, Cooldown: &plan.Cooldown{In: time.Minute},
			Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: 0.5}},
		},
	}}}
	m, err := startSimulator(t.Context(), p, &serving{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.stop(); err != nil {
			t.Error(err)
		}
	}()
	until := func(what string, tasks func(running int) bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !tasks(m.services.Stats("web").Tasks); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %+v", what, m.services.Stats("web"))
			}
		}
	}
	ease := press(t, m.listening.Services[0].URL, 8)
	until("never out", func(n int) bool { return n == 4 })
	ease()
	until("never in", func(n int) bool { return n == 1 })
}

// press makes users that ask again and again, until they are let go.
func press(t *testing.T, url string, users int) (ease func()) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users}}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range users {
		all.Go(func() {
			for ctx.Err() == nil {
				if response, err := client.Get(url); err == nil {
					_, _ = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
				}
			}
		})
	}
	return sync.OnceFunc(func() {
		cancel()
		all.Wait()
		client.CloseIdleConnections()
	})
}
