package wire

import (
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseSources(t *testing.T) {
	tests := []struct {
		texts, target, want string
		err                 string
	}{
		{texts: "", target: "127.0.0.1", want: ""},
		{texts: "127.0.0.3", target: "127.0.0.1", want: "127.0.0.3"},
		{texts: "127.0.0.3,127.0.0.2-127.0.0.4", target: "127.0.0.1", want: "127.0.0.3 127.0.0.2 127.0.0.4"},
		{texts: "10.0.0.255-10.0.1.1", target: "10.9.9.9", want: "10.0.0.255 10.0.1.0 10.0.1.1"},
		{texts: "10.0.0.5/30", target: "10.9.9.9", want: "10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7"},
		{texts: "fd00::1-fd00::3", target: "fd00::9", want: "fd00::1 fd00::2 fd00::3"},
		{texts: "fd00::/127", target: "fd00::9", want: "fd00:: fd00::1"},
		{texts: "::ffff:10.0.0.1", target: "10.9.9.9", want: "10.0.0.1"},
		{texts: "255.255.255.255", target: "10.9.9.9", want: "255.255.255.255"},
		{texts: "auto", target: "::1", want: "::1"},

		{texts: "localhost", target: "127.0.0.1", err: `"localhost": ParseAddr`},
		{texts: "10.0.0.1-", target: "10.9.9.9", err: "ParseAddr"},
		{texts: "10.0.0.1/33", target: "10.9.9.9", err: "ParsePrefix"},
		{texts: "10.0.0.2-10.0.0.1", target: "10.9.9.9", err: "ends before it begins"},
		{texts: "10.0.0.1-fd00::1", target: "10.9.9.9", err: "ends before it begins"},
		{texts: "fd00::1", target: "10.9.9.9", err: "another family"},
		{texts: "10.0.0.0/8", target: "10.9.9.9", err: "more than 4096"},
		{texts: "10.0.0.0/20,10.1.0.1", target: "10.9.9.9", err: "at most 4096"},
	}
	for _, test := range tests {
		t.Run(test.texts+" to "+test.target, func(t *testing.T) {
			var texts []string
			if test.texts != "" {
				texts = strings.Split(test.texts, ",")
			}
			all, err := ParseSources(texts, netip.MustParseAddr(test.target))
			if err != nil || test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || test.err == "" {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			var got []string
			for _, a := range all {
				got = append(got, a.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseSourcesOwn(t *testing.T) {
	all, err := ParseSources([]string{"auto"}, netip.MustParseAddr("127.0.0.1"))
	want := 1
	if runtime.GOOS == "linux" {
		want = loopbackSources
	}
	if err != nil || len(all) != want || all[0] != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("%v, %v", all, err)
	}
}

// A prefix holds what it says it holds, whichever address names it.
func TestParseSourcesPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		address := netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address")))
		prefix := netip.PrefixFrom(address, rapid.IntRange(21, 32).Draw(t, "bits"))
		all, err := ParseSources([]string{prefix.String()}, netip.MustParseAddr("10.0.0.1"))
		if err != nil || len(all) != 1<<(32-prefix.Bits()) {
			t.Fatalf("%d addresses of %v: %v", len(all), prefix, err)
		}
		for _, a := range all {
			if !prefix.Contains(a) {
				t.Fatalf("%v is not in %v", a, prefix)
			}
		}
	})
}

// Connections come from each source in turn, those of the other family passed over.
func TestSourcesTakeTurns(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // elsewhere only 127.0.0.1 is there
	}
	var mu sync.Mutex
	seen := map[string]int{}
	target := serve(t, func(conn net.Conn) {
		mu.Lock()
		seen[conn.RemoteAddr().(*net.TCPAddr).IP.String()]++
		mu.Unlock()
		_, _ = io.WriteString(conn, "x")
		_, _ = io.Copy(io.Discard, conn)
	})
	for _, text := range []string{"127.0.0.2", "::1", "127.0.0.3"} {
		target.Sources = append(target.Sources, netip.MustParseAddr(text))
	}
	for range 60 {
		c := dial(t, target)
		if _, err := io.ReadFull(c.stream(), make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 2 || seen["127.0.0.2"] < 20 || seen["127.0.0.3"] < 20 {
		t.Errorf("connections by source: %v", seen)
	}
}
