package sim

import (
	"bufio"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEvents(t *testing.T) {
	service := plain()
	service.Parts = 2
	_, address := serve(t, service)
	response, body := ask(t, newClient(t), "GET", address.URL+"/sse?text=hello", "")
	want := `data: {"type":"part","text":"Part 1 of 2 of the answer. ","index":0}

data: {"type":"part","text":"Part 2 of 2 of the answer. ","index":1}

event: done
data: {"type":"done"}
`
	if diff := cmp.Diff(want, body); diff != "" || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%v\n%s", response.Header, diff)
	}
}

// A part is sent when it is made, not when the answer is complete.
func TestEventsComeOneByOne(t *testing.T) {
	service := plain()
	service.Parts, service.PartGap = 2, time.Hour
	server, address := serve(t, service)
	response, err := newClient(t).Get(address.URL + "/sse?text=hello")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	if err != nil || line == "" {
		t.Errorf("%q, %v", line, err)
	}
	_ = server.Close() // ends the stream, and waits for its goroutine
}

func TestEventsNeedAText(t *testing.T) {
	_, address := serve(t, plain())
	if response, body := ask(t, newClient(t), "GET", address.URL+"/sse?text="+url.QueryEscape(""), ""); response.StatusCode != http.StatusBadRequest {
		t.Errorf("%d: %s", response.StatusCode, body)
	}
}

// The service is also spoken to in HTTP/2 without TLS.
func TestHTTP2WithoutTLS(t *testing.T) {
	_, address := serve(t, plain())
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := newClient(t)
	client.Transport.(*http.Transport).Protocols = protocols
	if response, body := ask(t, client, "GET", address.URL+"/sse?text=x", ""); response.ProtoMajor != 2 || response.StatusCode != http.StatusOK {
		t.Errorf("%s %d: %s", response.Proto, response.StatusCode, body)
	}
}
