package wire

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
)

const (
	maxSources      = 4096
	loopbackSources = 16 // of "auto"
)

// ParseSources reads the addresses that connections to the target come from. Each text is an address, a range such as
// "127.0.0.1-127.0.0.8", a prefix such as "10.1.2.0/28", or "auto": towards this machine itself as many loopback
// addresses as keep the search for a free port short, else all addresses of the interface that leads to the target.
// None of another family than the target's is allowed, nor more than 4,096. No text gives none: the system chooses.
func ParseSources(texts []string, target netip.Addr) ([]netip.Addr, error) {
	var all []netip.Addr
	for _, text := range texts {
		some, err := parseSource(strings.TrimSpace(text), target.Unmap())
		if err != nil {
			return nil, fmt.Errorf("read the source address %q: %w", text, err)
		}
		for _, source := range some {
			if !slices.Contains(all, source) {
				all = append(all, source)
			}
		}
	}
	if len(all) > maxSources {
		return nil, fmt.Errorf("%d source addresses: at most %d are used", len(all), maxSources)
	}
	return all, nil
}

func parseSource(text string, target netip.Addr) ([]netip.Addr, error) {
	if text == "auto" {
		return ownSources(target)
	}
	first, last, err := parseRange(text)
	switch {
	case err != nil:
		return nil, err
	case first.Is4() != target.Is4():
		return nil, fmt.Errorf("it cannot reach %s, which is of another family", target)
	}
	return span(first, last)
}

func parseRange(text string) (first, last netip.Addr, err error) {
	if from, to, ok := strings.Cut(text, "-"); ok {
		if first, err = netip.ParseAddr(from); err == nil {
			last, err = netip.ParseAddr(to)
		}
		return first.Unmap(), last.Unmap(), err
	}
	if strings.Contains(text, "/") {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return first, last, err
		}
		return prefix.Masked().Addr(), lastOf(prefix), nil
	}
	first, err = netip.ParseAddr(text)
	return first.Unmap(), first.Unmap(), err
}

// lastOf is the greatest address of a prefix.
func lastOf(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

var errRange = errors.New("the range ends before it begins")

// span is every address from first to last, as far as they can be used.
func span(first, last netip.Addr) ([]netip.Addr, error) {
	if first.Is4() != last.Is4() || last.Less(first) {
		return nil, errRange
	}
	var all []netip.Addr
	for a := first; ; a = a.Next() {
		if len(all) == maxSources {
			return nil, fmt.Errorf("more than %d addresses", maxSources)
		}
		all = append(all, a)
		if a == last {
			return all, nil
		}
	}
}

// ownSources are this machine's addresses from which the target can be reached.
func ownSources(target netip.Addr) ([]netip.Addr, error) {
	if target.IsLoopback() {
		// Linux answers for the whole of 127.0.0.0/8, other systems for single addresses.
		if target.Is4() && runtime.GOOS == "linux" {
			first := netip.AddrFrom4([4]byte{127, 0, 0, 1})
			return span(first, netip.AddrFrom4([4]byte{127, 0, 0, loopbackSources}))
		}
		return []netip.Addr{target}, nil
	}
	// To connect a datagram socket asks for the route, and sends nothing.
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(target, 9)))
	if err != nil {
		return nil, fmt.Errorf("ask for the route to %s: %w", target, err)
	}
	defer conn.Close()
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	links, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the network interfaces: %w", err)
	}
	for _, link := range links {
		if found := usable(link, target); slices.Contains(found, local) {
			return found, nil
		}
	}
	return []netip.Addr{local}, nil
}

// usable are the interface's addresses of the target's family that other machines answer to.
func usable(link net.Interface, target netip.Addr) []netip.Addr {
	addresses, err := link.Addrs()
	if err != nil {
		return nil
	}
	var all []netip.Addr
	for _, address := range addresses {
		prefix, err := netip.ParsePrefix(address.String())
		if a := prefix.Addr().Unmap(); err == nil && a.Is4() == target.Is4() && a.IsGlobalUnicast() {
			all = append(all, a)
		}
	}
	return all
}
