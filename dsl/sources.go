package dsl

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"plimsoll/dsl/plan"
)

// maxSources bounds the addresses of one service: with some 28,000 ports each, more than any target takes.
const maxSources = 4096

// sources reads the addresses that a service's connections leave from, each once.
func (b *block) sources() []string {
	n, ok := b.at("source")
	if !ok {
		return nil
	}
	var all []string
	items := n.items()
	for _, item := range items {
		text, ok := item.text()
		switch {
		case !ok:
		case text == plan.SourceAuto && len(items) == 1:
			return []string{text}
		case text == plan.SourceAuto:
			item.fail("auto stands beside addresses", "It is every address that reaches the service: leave the others out, or list those that are meant.")
		default:
			all = item.addresses(all, text)
		}
	}
	return all
}

// addresses adds the addresses of a text: one, or a range from the first to the last.
func (n node) addresses(all []string, text string) []string {
	from, to, isRange := strings.Cut(text, "-")
	first, err := netip.ParseAddr(strings.TrimSpace(from))
	last := first
	if isRange && err == nil {
		last, err = netip.ParseAddr(strings.TrimSpace(to))
	}
	switch {
	case err != nil:
		n.fail(fmt.Sprintf("source holds no address: %q", text), "Write addresses of this machine, as in \"10.0.0.4\", ranges, as in \"10.0.0.4-10.0.0.9\", or \"auto\".")
		return all
	case first.BitLen() != last.BitLen() || last.Less(first):
		n.fail(fmt.Sprintf("the range %s does not go up", text), "Its first address is below its last, and of the same kind.")
		return all
	}
	for a := first; a.IsValid() && !last.Less(a); a = a.Next() {
		switch name := a.Unmap().String(); {
		case a.IsUnspecified() || a.IsMulticast():
			n.fail(fmt.Sprintf("no connection can leave from %s", name), "Write an address that this machine has; \"auto\" takes all of them.")
			return all
		case slices.Contains(all, name):
			n.fail(fmt.Sprintf("the source %s is given twice", name), "Leave one of them out.")
			return all
		case len(all) == maxSources:
			n.fail(fmt.Sprintf("more than %d sources", maxSources), "Take a smaller range.")
			return all
		default:
			all = append(all, name)
		}
	}
	return all
}
