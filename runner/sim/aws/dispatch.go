package aws

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody bounds a request's body, also when it arrives compressed.
const maxBody = 8 << 20

// longestAction bounds what is remembered of an action that does not exist.
const longestAction = 64

// An operation carries out one action on the locked model. What it returns is encoded before the lock
// is given back, so it may share the model's memory.
type operation func(m *model, read func(any) error) (any, error)

// on makes an operation of a function from input to output.
func on[I, O any](do func(*model, *I) (O, error)) operation {
	return func(m *model, read func(any) error) (any, error) {
		in := new(I)
		if err := read(in); err != nil {
			return nil, err
		}
		return do(m, in)
	}
}

// nothing is the output of actions that have none.
type nothing struct{}

// operations returns what an AWS service can do, by the name that signatures have for it; nil if it is
// not simulated.
func operations(service string) map[string]operation {
	switch service {
	case "ecs":
		return ecsOperations
	case "application-autoscaling":
		return scalingOperations
	case "monitoring":
		return cloudwatchOperations
	case "logs":
		return logsOperations
	case "elasticloadbalancing":
		return elbOperations
	case "budgets":
		return budgetsOperations
	case "sns":
		return snsOperations
	case "sts":
		return stsOperations
	case "wafv2":
		return wafOperations
	case "pricing":
		return pricingOperations
	}
	return nil
}

// An incoming is one request as far as every protocol knows it.
type incoming struct {
	identity
	action string
	codec  codec
	do     operation
}

// ServeHTTP answers one call of an AWS client.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r)
	if err != nil {
		http.Error(w, "read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	in, err := receive(r, body)
	verdict := s.gate.pass(r, in)
	if verdict.cut && !verdict.carriedOut {
		panic(http.ErrAbortHandler) // as if the network had been cut before
	}
	status, answer := http.StatusOK, []byte(nil)
	if err = cmp.Or(err, verdict.err); err == nil {
		answer, err = s.carryOut(w.Header(), in)
	}
	s.gate.record(in, s.Now(), err)
	if verdict.cut {
		panic(http.ErrAbortHandler) // as if the network had been cut after
	}
	if err != nil {
		refusal := asAPIError(err)
		status, answer = refusal.status, in.codec.fail(w.Header(), refusal)
	}
	if s.options.Skew != 0 {
		w.Header().Set("Date", s.gate.wall().UTC().Format(http.TimeFormat))
	}
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	_, _ = w.Write(answer) // who has gone away needs no answer
}

// receive finds out who asks for what. It returns a codec even with an error.
func receive(r *http.Request, body []byte) (incoming, error) {
	who, err := identify(r)
	in := incoming{identity: who}
	if who.service == "s3" {
		c := newS3Codec(r, body)
		in.codec, in.action = c, c.action
		in.do = s3Operations[c.action]
	} else {
		var unread error
		if in.codec, in.action, unread = detect(r, body); unread != nil {
			in.codec = jsonCodec{}
			err = cmp.Or(err, refuse("InvalidRequest", "%v", unread))
		}
		in.do = operations(who.service)[in.action]
	}
	if in.do == nil {
		in.action = in.action[:min(len(in.action), longestAction)]
	}
	if err == nil && in.do == nil {
		err = &apiError{
			status: http.StatusBadRequest, code: "UnknownOperationException", query: "InvalidAction",
			message: fmt.Sprintf("the simulated AWS has no %s:%s", in.prefix(), in.action),
		}
	}
	return in, err
}

// carryOut does what is asked under the lock, at the time that it is now.
func (s *Server) carryOut(header http.Header, in incoming) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.stir()
	s.model.advance(s.Now())
	m := s.model
	if regional(in.service) && in.region != s.options.Region {
		m = s.model.elsewhere(in.region)
	}
	m.caller = in.account
	answer, err := in.do(m, in.codec.read)
	if err != nil {
		return nil, err
	}
	return in.codec.write(header, answer)
}

// regional tells whether an AWS service has a state of its own in each region.
func regional(service string) bool {
	switch service {
	case "budgets", "sts", "s3", "pricing":
		return false
	}
	return true
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body := io.Reader(http.MaxBytesReader(w, r.Body, maxBody))
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = unpacked
	}
	var whole bytes.Buffer
	n, err := io.Copy(&whole, io.LimitReader(body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if n > maxBody {
		return nil, fmt.Errorf("the body is longer than %d bytes", maxBody)
	}
	return whole.Bytes(), nil
}
