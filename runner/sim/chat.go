package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// notice is what the chat sends: parts, then done; or error.
type notice struct {
	Type   string `json:"type"` // "part", "done" or "error"
	Text   string `json:"text,omitempty"`
	Index  *int   `json:"index,omitempty"`  // of a part, from 0
	Reason string `json:"reason,omitempty"` // of an error
}

// chat answers {"text": "…"} with as many parts as the service has, then done.
func (s *site) chat(t *talk, _ int, message []byte) error {
	var question struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(message, &question) != nil || question.Text == "" {
		return t.send(notice{Type: "error", Reason: `send {"text": "…"}`})
	}
	if worked, err := s.attend(t); !worked {
		return err
	}
	parts, gap, began := s.model.service.Parts, s.model.service.PartGap, s.clock.now()
	for i := range parts {
		if err := s.clock.sleep(t.ctx, began+time.Duration(i)*gap); err != nil {
			return err
		}
		text := fmt.Sprintf("Part %d of %d of the answer. ", i+1, parts)
		if err := t.send(notice{Type: "part", Text: text, Index: &i}); err != nil {
			return err
		}
	}
	return t.send(notice{Type: "done"})
}

// mirror sends every message back as it came, after the service time.
func (s *site) mirror(t *talk, kind int, message []byte) error {
	if worked, err := s.attend(t); !worked {
		return err
	}
	_ = t.SetWriteDeadline(time.Now().Add(writeTimeout))
	return t.WriteMessage(kind, message)
}

// attend has the talk's task work for the service time. Where that cannot be, it tells the client so
// and returns false.
func (s *site) attend(t *talk) (bool, error) {
	v, err := s.model.arrive(t.task)
	switch {
	case errors.Is(err, errFull) && s.model.service.OnFull == OnFullReset:
		reset(t.NetConn())
		return false, err
	case err != nil:
		return false, t.send(notice{Type: "error", Reason: err.Error()})
	}
	if err := s.clock.sleep(t.ctx, v.end); err != nil {
		return false, err
	}
	if v.failed {
		return false, t.send(notice{Type: "error", Reason: "failed"})
	}
	return true, nil
}
