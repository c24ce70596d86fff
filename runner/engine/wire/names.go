package wire

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Resolver looks names up. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

var _ Resolver = (*net.Resolver)(nil)

// After a first look-up that failed, the next waits this long, so that a crowd of users is no load to the resolver.
const lookupPause = time.Second

// Names are the addresses of one host. They are looked up when first asked for, and again in the background when they
// are asked for and older than the interval; a failed refresh keeps the old. It may be used concurrently.
type Names struct {
	resolver Resolver
	host     string
	every    time.Duration
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	lookups  sync.WaitGroup

	mu      sync.Mutex
	addrs   []netip.Addr
	turn    int           // of the next connection
	aside   int           // the family, 4 or 6, that is left out; 0: none
	reached int           // the family of the connection opened last; 0: none was
	looked  time.Time     // end of the last look-up
	err     error         // of the last look-up
	pending chan struct{} // closed at the end of the look-up under way; nil: none is
}

// NewNames looks host up with the resolver, nil meaning the system's, at most every interval.
func NewNames(resolver Resolver, host string, every time.Duration) *Names {
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Names{resolver: resolver, host: host, every: every, ctx: ctx, cancel: cancel}
}

// Close ends a look-up under way and waits for it.
func (n *Names) Close() {
	n.cancel()
	n.lookups.Wait()
}

// Next is the address for the next connection: all take turns. It waits only where no address is known yet.
func (n *Names) Next(ctx context.Context) (netip.Addr, error) {
	addr, pending, err := n.take()
	if pending == nil {
		return addr, err
	}
	select {
	case <-pending:
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.rotate()
	case <-ctx.Done():
		return netip.Addr{}, &net.DNSError{Err: ctx.Err().Error(), Name: n.host, IsTimeout: ctx.Err() == context.DeadlineExceeded, UnwrapErr: ctx.Err()}
	}
}

// take is the next address, or what to wait for.
func (n *Names) take() (netip.Addr, <-chan struct{}, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	age := time.Since(n.looked)
	known := len(n.addrs) > 0
	if n.pending == nil && n.ctx.Err() == nil && (age >= n.every || !known && age >= lookupPause) {
		n.pending = make(chan struct{})
		n.lookups.Go(n.lookUp)
	}
	if n.pending != nil && !known {
		return netip.Addr{}, n.pending, nil
	}
	addr, err := n.rotate()
	return addr, nil, err
}

func (n *Names) lookUp() {
	addrs, err := n.resolver.LookupNetIP(n.ctx, "ip", n.host)
	if err == nil && len(addrs) == 0 {
		err = &net.DNSError{Err: "no addresses", Name: n.host, IsNotFound: true}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		n.addrs, n.aside = addrs, 0
	}
	n.err, n.looked = err, time.Now()
	close(n.pending)
	n.pending = nil
}

// rotate is called with the lock held.
func (n *Names) rotate() (netip.Addr, error) {
	for range n.addrs {
		addr := n.addrs[n.turn%len(n.addrs)]
		n.turn++
		if family(addr) != n.aside {
			return addr.Unmap(), nil
		}
	}
	if n.err == nil {
		return netip.Addr{}, &net.DNSError{Err: "closed", Name: n.host}
	}
	return netip.Addr{}, n.err
}

// reach notes that a connection to the address was opened.
func (n *Names) reach(addr netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reached = family(addr)
}

// setAside leaves out the addresses of this one's family until the next look-up, and reports whether others are left:
// a name such as localhost often has an address of a family that the service does not listen on. A family that has been
// reached stays, since its failure is a finding.
func (n *Names) setAside(failed netip.Addr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.reached == family(failed) {
		return false
	}
	for _, addr := range n.addrs {
		if family(addr) != family(failed) {
			n.aside = family(failed)
			return true
		}
	}
	return false
}

func family(addr netip.Addr) int {
	if addr.Unmap().Is4() {
		return 4
	}
	return 6
}
