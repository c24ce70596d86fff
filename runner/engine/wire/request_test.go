package wire

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequest(t *testing.T) {
	head := AppendRequest(nil, "GET", "/ws?a=b", "chat:8080")
	head, err := AppendHeader(head, "X-Trace", "1 2")
	if err != nil {
		t.Fatal(err)
	}
	head = append(AppendUpgrade(head, "key", []string{"v1", "v2"}), "\r\n"...)
	got, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"X-Trace": {"1 2"}, "Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"key"}, "Sec-Websocket-Protocol": {"v1, v2"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"GET", "/ws?a=b", "chat:8080"}, []string{got.Method, got.RequestURI, got.Host}); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderCannotBreakOut(t *testing.T) {
	for _, header := range [][2]string{{"X", "a\r\nY: b"}, {"X", "a\nb"}, {"X", "a\rb"}, {"X", "\x00"}, {"X\r\nY", "a"}} {
		if got, err := AppendHeader(nil, header[0], header[1]); err == nil || len(got) > 0 {
			t.Errorf("%q became %q", header, got)
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	if a, b := NewKey(), NewKey(); a == b || len(a) != 24 {
		t.Errorf("%q and %q", a, b)
	}
}
