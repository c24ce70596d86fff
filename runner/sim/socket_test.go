package sim

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

func wsURL(address Address, path string) string {
	return "ws" + strings.TrimPrefix(address.URL, "http") + path
}

// dial opens a WebSocket for the length of a test.
func dial(t *testing.T, address Address, path string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(wsURL(address, path), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// expect sends a text and compares the messages that come back.
func expect(t *testing.T, conn *websocket.Conn, send string, want ...string) {
	t.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(send)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range want {
		_, message, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimSpace(string(message)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChatStreamsItsAnswer(t *testing.T) {
	service := plain()
	service.Parts, service.PartGap = 2, time.Millisecond
	_, address := serve(t, service)
	conn := dial(t, address, "/ws")
	for range 2 {
		expect(t, conn, `{"text":"hello"}`,
			`{"type":"part","text":"Part 1 of 2 of the answer. ","index":0}`,
			`{"type":"part","text":"Part 2 of 2 of the answer. ","index":1}`,
			`{"type":"done"}`)
	}
	expect(t, conn, `hello`, `{"type":"error","reason":"send {\"text\": \"…\"}"}`)
	expect(t, conn, `{}`, `{"type":"error","reason":"send {\"text\": \"…\"}"}`)
}

func TestMirror(t *testing.T) {
	_, address := serve(t, plain())
	conn := dial(t, address, "/ws/echo")
	expect(t, conn, "hello", "hello")
	if err := conn.WriteMessage(websocket.BinaryMessage, []byte{0, 255}); err != nil {
		t.Fatal(err)
	}
	kind, message, err := conn.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage || string(message) != "\x00\xff" {
		t.Errorf("%d %x, %v", kind, message, err)
	}
}

func TestBearer(t *testing.T) {
	_, address := serve(t, plain())
	for _, test := range []struct {
		authorization string
		want          int
	}{{"Bearer any", 101}, {"", 101}, {"Bearer ", 401}, {"Bearer", 401}, {"Basic dTpw", 101}} {
		header := http.Header{}
		if test.authorization != "" {
			header.Set("Authorization", test.authorization)
		}
		conn, response, err := websocket.DefaultDialer.Dial(wsURL(address, "/ws"), header)
		if response == nil {
			t.Fatal(err)
		}
		if response.StatusCode != test.want {
			t.Errorf("%q: %d, want %d", test.authorization, response.StatusCode, test.want)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}

func TestPingIsAnsweredWhileWorking(t *testing.T) {
	_, address := serve(t, narrow(OnFull503))
	conn := dial(t, address, "/ws")
	pong := errors.New("pong")
	conn.SetPongHandler(func(data string) error {
		if data != "still there?" {
			t.Errorf("pong %q", data)
		}
		return pong
	})
	if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"text":"takes an hour"}`)); err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteControl(websocket.PingMessage, []byte("still there?"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !errors.Is(err, pong) {
		t.Error(err)
	}
}

func TestCloseIsAnswered(t *testing.T) {
	_, address := serve(t, plain())
	conn := dial(t, address, "/ws")
	message := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := conn.WriteControl(websocket.CloseMessage, message, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Error(err)
	}
}

func TestTooLargeAMessageEndsTheConnection(t *testing.T) {
	_, address := serve(t, plain())
	conn := dial(t, address, "/ws/echo")
	if err := conn.WriteMessage(websocket.TextMessage, make([]byte, maxMessage+1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Error(err)
	}
}

func TestTaskTakenAwayClosesItsConnections(t *testing.T) {
	server, address := serve(t, plain())
	conn := dial(t, address, "/ws")
	if err := server.SetTasks("web", 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Error(err)
	}
	response, body := ask(t, newClient(t), "GET", address.URL+"/health", "")
	if response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	if err := server.SetTasks("web", 1); err != nil {
		t.Fatal(err)
	}
	expect(t, dial(t, address, "/ws/echo"), "hello", "hello")
}
