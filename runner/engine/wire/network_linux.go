package wire

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// prepare sets what must be set before a socket connects. With IP_BIND_ADDRESS_NO_PORT the port of a bound socket is
// chosen when it connects, so that one port serves connections to several places (ip(7)); TCP_USER_TIMEOUT bounds how
// long what was sent may stay unacknowledged, and how long probes may stay unanswered (tcp(7)).
func prepare(fd uintptr, vanished time.Duration) error {
	if err := unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1); err != nil {
		return fmt.Errorf("set IP_BIND_ADDRESS_NO_PORT: %w", err)
	}
	if vanished > 0 {
		if err := unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(max(vanished, shortestVanished).Milliseconds())); err != nil {
			return fmt.Errorf("set TCP_USER_TIMEOUT: %w", err)
		}
	}
	return nil
}
