package sim

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stage is a model whose time is set by hand.
func stage(service Service) (w *Workload, at func(time.Duration)) {
	now := time.Duration(0)
	m := newModel(context.Background(), service.withDefaults(), 1, func() time.Duration { return now })
	return &Workload{model: m, traffic: &traffic{}}, func(to time.Duration) { now = to }
}

func TestUsage(t *testing.T) {
	w, at := stage(Service{Name: "web", Tasks: 2, Slots: 2, ServiceTime: ServiceTime{Mean: time.Second}, Queue: 2, Connections: 4})
	for range 3 {
		if _, err := w.model.arrive(nil); err != nil {
			t.Fatal(err)
		}
	}
	w.traffic.received.Add(500)
	w.traffic.sent.Add(1500)
	w.traffic.open.Add(3)
	at(500 * time.Millisecond)
	want := Usage{
		CPU: 0.75, Memory: idleMemory + requestsMemory*3/8, Tasks: 2, Connections: 3, Requests: 6, ResponseTime: time.Second, Received: 1000, Sent: 3000,
	}
	if d := cmp.Diff(want, w.Usage()); d != "" {
		t.Errorf("half a second: %s", d)
	}
	if d := cmp.Diff(want, w.Usage()); d != "" {
		t.Errorf("asked twice at once: %s", d)
	}
	at(1500 * time.Millisecond)
	want = Usage{CPU: 0.375, Memory: idleMemory, Tasks: 2, Connections: 3}
	if d := cmp.Diff(want, w.Usage()); d != "" {
		t.Errorf("a second later: %s", d)
	}
}

// Memory grows with what a task holds, up to all of it.
func TestMemory(t *testing.T) {
	w, at := stage(Service{Name: "web", Tasks: 1, Slots: 1, ServiceTime: ServiceTime{Mean: time.Minute}, Connections: 2})
	at(time.Second)
	got := []float64{w.Usage().Memory}
	if _, err := w.model.connect(); err != nil {
		t.Fatal(err)
	}
	at(2 * time.Second)
	got = append(got, w.Usage().Memory)
	_, err := w.model.connect()
	if _, busy := w.model.arrive(nil); err != nil || busy != nil {
		t.Fatal(err, busy)
	}
	at(3 * time.Second)
	got = append(got, w.Usage().Memory)
	if err := w.SetTasks(0); err != nil {
		t.Fatal(err)
	}
	at(4 * time.Second)
	if d := cmp.Diff([]float64{0.25, 0.5, 1, 0}, append(got, w.Usage().Memory)); d != "" {
		t.Error(d)
	}
}

// What is refused with 503 has failed; what is reset never was answered.
func TestUsageOfRefused(t *testing.T) {
	for onFull, want := range map[string]float64{OnFull503: 1, OnFullReset: 0} {
		w, at := stage(Service{Name: "web", Tasks: 1, Slots: 1, OnFull: onFull, ServiceTime: ServiceTime{Mean: time.Minute}})
		for range 2 {
			_, _ = w.model.arrive(nil) // the second is refused
		}
		at(time.Second)
		if got := w.Usage().Failed; got != want {
			t.Errorf("%s: %g failed a second, want %g", onFull, got, want)
		}
	}
}

// Connections and bytes are counted where they come in, and connections no more once they end.
func TestTrafficIsCounted(t *testing.T) {
	server, address := serve(t, plain())
	w, err := server.Workload("web")
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t)
	if response, _ := ask(t, client, "GET", address.URL+"/", ""); response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	time.Sleep(leastInterval)
	if u := w.Usage(); u.Connections != 1 || u.Received == 0 || u.Sent == 0 {
		t.Errorf("%+v", u)
	}
	client.CloseIdleConnections()
	for deadline := time.Now().Add(5 * time.Second); w.traffic.open.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are left", w.traffic.open.Load())
		}
	}
	if _, err := server.Workload("nosuch"); err == nil {
		t.Error("a service that is not simulated can be scaled")
	}
}
