package machine

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPorts(t *testing.T) {
	for name, test := range map[string]struct {
		text, reserved string
		want           Network
		unread         int
	}{
		"the default":             {"32768\t60999", "", Network{FirstPort: 32768, LastPort: 60999, Ports: 28_232}, 0},
		"reserved ones":           {"1024 65535", "80,8080,9000-9009,65530-65535", Network{FirstPort: 1024, LastPort: 65535, Ports: 64_512 - 17}, 0},
		"all reserved":            {"5000 5001", "1-65535", Network{FirstPort: 5000, LastPort: 5001}, 0},
		"reserved, and no number": {"5000 5001", "x,-,7-,5001-5000", Network{FirstPort: 5000, LastPort: 5001, Ports: 2}, 0},
		"upside down":             {"60999 32768", "", Network{}, 1},
		"beyond all ports":        {"1024 65536", "", Network{}, 1},
		"one word":                {"1024", "", Network{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			i := &inspection{host: Host{Proc: tree(map[string]string{rangeFile: test.text, "sys/net/ipv4/ip_local_reserved_ports": test.reserved})}}
			var got Network
			i.ports(&got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if len(i.report.Unread) != test.unread {
				t.Errorf("unread: %v", i.report.Unread)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	outward := func(all ...string) (parsed []netip.Addr) {
		for _, a := range all {
			parsed = append(parsed, netip.MustParseAddr(a))
		}
		return parsed
	}
	lo := Link{"lo", true, prefixes("127.0.0.1/8", "::1/128")}
	eth := Link{"eth0", false, prefixes("10.0.0.7/24", "fe80::1/64", "2001:db8::1/64", "2001:db8::2/64", "2001:db8::3/64")}
	bridge := Link{"docker0", false, prefixes("172.17.0.1/16")}
	for name, test := range map[string]struct {
		os    string
		route string
		links []Link
		err   error
		want  Network
		count int
	}{
		"the interface of the default route": {"linux", "eth0 00000000 0 0 0 0 100 00000000", []Link{lo, eth, bridge}, nil,
			Network{Interface: "eth0", Outward: outward("10.0.0.7", "2001:db8::1", "2001:db8::2", "2001:db8::3"), Loopback: 1<<24 - 2}, 3},
		"no route known": {"windows", "", []Link{lo, bridge}, nil, Network{Outward: outward("172.17.0.1"), Loopback: 1}, 1},
		"loopback alone": {"linux", "", []Link{lo}, nil, Network{Loopback: 1<<24 - 2}, 1<<24 - 2},
		"nothing":        {"linux", "", nil, nil, Network{}, 1},
		"unreadable":     {"linux", "", nil, errBroken, Network{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			i := &inspection{host: Host{
				OS: test.os, Proc: tree(map[string]string{"self/net/route": "Iface Destination\n" + test.route}),
				Links: func() ([]Link, error) { return test.links, test.err },
			}}
			var got Network
			i.addresses(&got)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Error(diff)
			}
			if got.Addresses() != test.count {
				t.Errorf("%d addresses, want %d", got.Addresses(), test.count)
			}
		})
	}
}

func TestTimeWait(t *testing.T) {
	for content, want := range map[string]TimeWait{"0": TimeWaitOff, "1": TimeWaitOn, "2": TimeWaitLoopback, "3": "", "": ""} {
		h := bare()
		h.Proc = tree(with(bareProc, map[string]string{"sys/net/ipv4/tcp_tw_reuse": content}))
		if got := inspect(h).Network.TimeWait; got != want {
			t.Errorf("%q is %q, want %q", content, got, want)
		}
	}
}
