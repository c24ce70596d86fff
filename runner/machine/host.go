package machine

import (
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
)

// Host is where Inspect looks. Whatever is nil or empty counts as absent, so that a test gives only what it is about.
type Host struct {
	OS     string                                // as runtime.GOOS
	CPUs   int                                   // that the process may run on
	Proc   fs.FS                                 // /proc
	Cgroup fs.FS                                 // /sys/fs/cgroup
	Getenv func(string) (string, bool)           // the environment
	Client Doer                                  // asks for the metadata of the ECS task
	Rlimit func() (soft, hard uint64, err error) // of descriptors
	Links  func() ([]Link, error)                // the network interfaces that are up
	Sysctl func(name string) (uint64, error)     // of kernels without /proc/sys; unknown names are fs.ErrNotExist
}

// Doer is an HTTP client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

var _ Doer = (*http.Client)(nil)

// Link is a network interface.
type Link struct {
	Name      string
	Loopback  bool
	Addresses []netip.Prefix
}

// Local is the machine that the process runs on.
func Local(getenv func(string) (string, bool)) Host {
	h := Host{
		OS:     runtime.GOOS,
		CPUs:   runtime.NumCPU(),
		Getenv: getenv,
		Client: &http.Client{
			Transport:     &http.Transport{DisableKeepAlives: true}, // and no proxy: the metadata is link-local
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Rlimit: rlimit,
		Links:  links,
		Sysctl: sysctl,
	}
	if runtime.GOOS == "linux" {
		h.Proc, h.Cgroup = os.DirFS("/proc"), os.DirFS("/sys/fs/cgroup")
	}
	return h
}

func (h Host) env(name string) string {
	if h.Getenv == nil {
		return ""
	}
	value, _ := h.Getenv(name)
	return value
}

// links asks the operating system. An interface that vanishes meanwhile has no addresses.
func links() ([]Link, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var all []Link
	for _, one := range interfaces {
		if one.Flags&net.FlagUp == 0 {
			continue
		}
		link := Link{Name: one.Name, Loopback: one.Flags&net.FlagLoopback != 0}
		addresses, err := one.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				link.Addresses = append(link.Addresses, prefix)
			}
		}
		all = append(all, link)
	}
	return all, nil
}
