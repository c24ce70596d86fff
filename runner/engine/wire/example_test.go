package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"time"

	"plimsoll/runner/engine/wire"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "hello from "+r.URL.Path)
	}))
	defer server.Close()
	host, port, _ := net.SplitHostPort(server.Listener.Addr().String())

	target := &wire.Target{Host: host, Port: port, Start: time.Now(), Connect: 5 * time.Second, MaxAge: time.Minute}
	conn, err := target.Dial(context.Background(), time.Time{}, 0)
	if err != nil {
		fmt.Println(wire.Classify(err), err)
		return
	}
	defer conn.Close()

	request := append(wire.AppendRequest(nil, "GET", "/chat", "localhost"), "\r\n"...)
	exchange := &wire.Exchange{Request: request, KeepBody: true, Deadline: time.Now().Add(5 * time.Second)}
	if err := conn.Do(exchange); err != nil {
		fmt.Println(wire.Classify(err), err)
		return
	}
	fmt.Printf("%d %s, kept alive: %t\n", exchange.Status, exchange.Answer, exchange.KeepAlive)
	// Output: 200 hello from /chat, kept alive: true
}

func ExampleParseSources() {
	service := netip.MustParseAddr("10.0.3.7")
	sources, err := wire.ParseSources([]string{"10.0.1.5", "10.0.2.0/30"}, service)
	fmt.Println(sources, err)
	// Output: [10.0.1.5 10.0.2.0 10.0.2.1 10.0.2.2 10.0.2.3] <nil>
}
