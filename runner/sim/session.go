package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
)

// sessions issues session ids and knows them again without keeping any, so that a day of logins takes
// no memory: an id is its user's name and a signature. Servers with the same seed accept each other's. Safe for concurrent use.
type sessions struct {
	key    []byte
	issued atomic.Uint64
}

func newSessions(seed uint64, service string) *sessions {
	key := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, service))
	return &sessions{key: key[:]}
}

// issue starts the session of a new user.
func (s *sessions) issue() (id, user string) {
	user = fmt.Sprintf("user-%d", s.issued.Add(1))
	return user + "." + s.sign(user), user
}

// user returns whose session it is, if it was issued here.
func (s *sessions) user(id string) (string, bool) {
	user, signature, _ := strings.Cut(id, ".")
	return user, hmac.Equal([]byte(signature), []byte(s.sign(user)))
}

func (s *sessions) sign(user string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(user))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
