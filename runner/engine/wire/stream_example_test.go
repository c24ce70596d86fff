package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	"plimsoll/runner/engine/wire"
)

func ExampleConn_OpenStream() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "event: greeting\ndata: hello\n\ndata: bye\n\n")
	}))
	defer server.Close()
	host, port, _ := net.SplitHostPort(server.Listener.Addr().String())

	deadline := time.Now().Add(5 * time.Second)
	target := &wire.Target{Host: host, Port: port, Start: time.Now()}
	conn, err := target.Dial(context.Background(), deadline, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()

	request := append(wire.AppendRequest(nil, "GET", "/news", "localhost"), "\r\n"...)
	stream, err := conn.OpenStream(&wire.Exchange{Request: request, Deadline: deadline})
	for err == nil {
		var event wire.Event
		if event, err = stream.Next(deadline, 64<<10); err == nil {
			fmt.Printf("%q %s\n", event.Type, event.Data)
		}
	}
	fmt.Println(err)
	// Output:
	// "greeting" hello
	// "" bye
	// EOF
}
