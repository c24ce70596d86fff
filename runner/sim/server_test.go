package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

// trust makes a client trust the certificate of an address, if it has one.
func trust(t *testing.T, client *http.Client, address Address) {
	t.Helper()
	pool := x509.NewCertPool()
	if address.CA != "" && !pool.AppendCertsFromPEM([]byte(address.CA)) {
		t.Fatal("no certificate in the PEM")
	}
	client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
}

func TestTLS(t *testing.T) {
	service := plain()
	service.TLS = true
	_, address := serve(t, service)
	if !strings.HasPrefix(address.URL, "https://127.0.0.1:") {
		t.Errorf("URL %s", address.URL)
	}
	client := newClient(t)
	trust(t, client, address)
	if response, _ := ask(t, client, "GET", address.URL+"/", ""); response.StatusCode != http.StatusOK {
		t.Errorf("%d", response.StatusCode)
	}
	if _, err := newClient(t).Get(address.URL); err == nil {
		t.Error("trusted without being told to")
	}
	dialer := websocket.Dialer{TLSClientConfig: client.Transport.(*http.Transport).TLSClientConfig}
	conn, _, err := dialer.Dial(wsURL(address, "/ws/echo"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	expect(t, conn, "hello", "hello")
}

func TestServicesHaveListenersOfTheirOwn(t *testing.T) {
	chat := plain()
	chat.Name = "chat"
	server, err := Start(context.Background(), 1, []Service{plain(), chat})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := newClient(t)
	for i, want := range []string{`{"service":"web","task":1}`, `{"service":"chat","task":1}`} {
		if _, body := ask(t, client, "GET", server.Addresses()[i].URL+"/", ""); body != want {
			t.Errorf("got %s, want %s", body, want)
		}
	}
	if s := server.Stats("chat"); s.Service != "chat" || s.Requests != 1 {
		t.Errorf("%+v", s)
	}
	if s := server.Stats("other"); s != (Stats{}) {
		t.Errorf("a service that is not: %+v", s)
	}
	if server.SetTasks("other", 1) == nil {
		t.Error("a service that is not has tasks")
	}
}

func TestEndingLeavesNothingBehind(t *testing.T) {
	for name, end := range map[string]func(context.CancelFunc, *Server){
		"close":   func(_ context.CancelFunc, s *Server) { _ = s.Close() },
		"context": func(cancel context.CancelFunc, s *Server) { cancel(); s.work.Wait() },
	} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			server, err := Start(ctx, 1, []Service{narrow(OnFullSlow)})
			if err != nil {
				t.Fatal(err)
			}
			url := server.Addresses()[0].URL
			client := &http.Client{Transport: &http.Transport{}}
			answered := make(chan error)
			go func() { // is in work when the end comes
				_, err := client.Get(url + "/")
				answered <- err
			}()
			conn := dial(t, server.Addresses()[0], "/ws")
			if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"text":"so is this"}`)); err != nil {
				t.Fatal(err)
			}
			for server.Stats("web").Requests < 2 {
				_, _ = ask(t, client, "GET", url+"/health", "")
			}
			end(cancel, server)
			if err := <-answered; err == nil {
				t.Error("a request that was broken off was answered")
			}
			if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
				t.Error(err)
			}
			client.CloseIdleConnections()
			if _, err := client.Get(url); err == nil {
				t.Error("still listening")
			}
		})
	}
}
