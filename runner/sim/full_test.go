package sim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// fill gives every task of a service work for an hour.
func fill(t *testing.T, server *Server) {
	t.Helper()
	for range 1_000 {
		if _, err := server.sites["web"].model.arrive(nil); errors.Is(err, errFull) {
			return
		}
	}
	t.Fatal("the service has no bound")
}

// narrow is a service with one slot, which a request holds for an hour.
func narrow(onFull string) Service {
	return Service{Name: "web", Tasks: 1, Slots: 1, Queue: 1, OnFull: onFull, ServiceTime: ServiceTime{Mean: time.Hour}}
}

func TestFullAnswers503(t *testing.T) {
	server, address := serve(t, narrow(OnFull503))
	fill(t, server)
	client := newClient(t)
	response, body := ask(t, client, "GET", address.URL+"/", "")
	if response.StatusCode != http.StatusServiceUnavailable || body != `{"error":"busy"}` {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	if response, _ := ask(t, client, "GET", address.URL+"/health", ""); response.StatusCode != http.StatusOK {
		t.Errorf("health needs a slot: %d", response.StatusCode)
	}
	_, body = ask(t, client, "GET", address.URL+"/-/stats", "")
	var stats Stats
	if err := json.Unmarshal([]byte(body), &stats); err != nil {
		t.Fatal(err)
	}
	if stats.Busy != 1 || stats.Queued != 1 || stats.Refused != 2 {
		t.Errorf("%+v", stats)
	}
}

func TestFullResets(t *testing.T) {
	for _, secure := range []bool{false, true} {
		service := narrow(OnFullReset)
		service.TLS = secure
		server, address := serve(t, service)
		fill(t, server)
		client := newClient(t)
		trust(t, client, address)
		_, err := client.Get(address.URL + "/")
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("TLS %t: %v, want a connection reset", secure, err)
		}
	}
}

func TestFullResetsAnHTTP2StreamOnly(t *testing.T) {
	service := narrow(OnFullReset)
	service.TLS = true
	server, address := serve(t, service)
	fill(t, server)
	client := newClient(t)
	trust(t, client, address)
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	if _, err := client.Get(address.URL + "/"); err == nil || !strings.Contains(err.Error(), "stream error") {
		t.Errorf("%v, want a stream error", err)
	}
	if response, _ := ask(t, client, "GET", address.URL+"/health", ""); response.ProtoMajor != 2 {
		t.Errorf("spoke %s", response.Proto)
	}
}

func TestSlowLetsWait(t *testing.T) {
	service := narrow(OnFullSlow)
	service.ServiceTime.Mean = 2 * time.Millisecond
	_, address := serve(t, service)
	client := newClient(t)
	answers := make(chan error, 20)
	for range cap(answers) {
		go func() {
			response, err := client.Get(address.URL + "/")
			if err == nil && response.StatusCode != http.StatusOK {
				err = errors.New(response.Status)
			}
			if err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			answers <- err
		}()
	}
	for range cap(answers) {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
}

func TestErrorsAnswer500(t *testing.T) {
	service := plain()
	service.Errors = 1
	_, address := serve(t, service)
	response, body := ask(t, newClient(t), "GET", address.URL+"/", "")
	if response.StatusCode != http.StatusInternalServerError || body != `{"error":"failed, as the simulation was told to"}` {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	conn := dial(t, address, "/ws")
	expect(t, conn, `{"text":"hello"}`, `{"type":"error","reason":"failed"}`)
}

func TestFullConversation(t *testing.T) {
	t.Run("503", func(t *testing.T) {
		server, address := serve(t, narrow(OnFull503))
		fill(t, server)
		expect(t, dial(t, address, "/ws"), `{"text":"hello"}`, `{"type":"error","reason":"busy"}`)
		expect(t, dial(t, address, "/ws/echo"), `hello`, `{"type":"error","reason":"busy"}`)
	})
	t.Run("reset", func(t *testing.T) {
		server, address := serve(t, narrow(OnFullReset))
		fill(t, server)
		conn := dial(t, address, "/ws")
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"text":"hello"}`)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.ReadMessage(); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want a connection reset", err)
		}
	})
}

func TestConnectionBoundAtTheDoor(t *testing.T) {
	bounded := func(onFull string) Service {
		return Service{Name: "web", Tasks: 1, Slots: 1, Connections: 1, OnFull: onFull}
	}
	t.Run("503", func(t *testing.T) {
		_, address := serve(t, bounded(OnFull503))
		dial(t, address, "/ws")
		_, response, err := websocket.DefaultDialer.Dial(wsURL(address, "/ws"), nil)
		if err == nil || response == nil || response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%v, want a 503", err)
		}
	})
	t.Run("reset", func(t *testing.T) {
		_, address := serve(t, bounded(OnFullReset))
		dial(t, address, "/ws")
		if _, _, err := websocket.DefaultDialer.Dial(wsURL(address, "/ws"), nil); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want a connection reset", err)
		}
	})
	t.Run("slow", func(t *testing.T) {
		_, address := serve(t, bounded(OnFullSlow))
		first := dial(t, address, "/ws")
		var released atomic.Bool
		opened := make(chan error)
		go func() {
			conn, _, err := websocket.DefaultDialer.Dial(wsURL(address, "/ws"), nil)
			if err == nil {
				err = conn.Close()
			}
			if !released.Load() {
				err = errors.New("did not wait")
			}
			opened <- err
		}()
		released.Store(true)
		_ = first.Close()
		if err := <-opened; err != nil {
			t.Error(err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		server, address := serve(t, bounded(OnFullSlow))
		dial(t, address, "/ws")
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		if _, _, err := websocket.DefaultDialer.DialContext(ctx, wsURL(address, "/ws"), nil); err == nil {
			t.Error("connected beyond the bound")
		}
		if s := server.Stats("web"); s.Connections != 1 || s.Refused != 0 {
			t.Errorf("%+v", s)
		}
	})
}
