package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// events answers ?text=… as the chat does, but as server-sent events: parts, then one of type done.
func (s *site) events(w http.ResponseWriter, r *http.Request, _ *task) {
	if r.URL.Query().Get("text") == "" {
		reply(w, http.StatusBadRequest, problem{"ask for /sse?text=…"})
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	parts, gap, began := s.model.service.Parts, s.model.service.PartGap, s.clock.now()
	for i := range parts {
		if s.clock.sleep(r.Context(), began+time.Duration(i)*gap) != nil {
			panic(http.ErrAbortHandler) // an end would look like that of the answer
		}
		text := fmt.Sprintf("Part %d of %d of the answer. ", i+1, parts)
		if event(w, out, "", notice{Type: "part", Text: text, Index: &i}) != nil {
			return
		}
	}
	_ = event(w, out, "event: done\n", notice{Type: "done"})
}

// event sends one event at once; kind is the line that names its type, or empty.
func event(w http.ResponseWriter, out *http.ResponseController, kind string, n notice) error {
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	_ = out.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := fmt.Fprintf(w, "%sdata: %s\n\n", kind, data); err != nil {
		return err
	}
	return out.Flush()
}
