package wire

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gobwas/ws"
	"golang.org/x/sys/unix"
)

// serveEchoes tells its address and echoes small WebSocket messages.
func serveEchoes(j job, _ map[string]float64) error {
	if j.Chain > 0 {
		return serveTLS(j)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := unix.Listen(fd, 4096); err != nil {
		return err
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return err
	}
	j.Address = fmt.Sprintf("127.0.0.1:%d", address.(*unix.SockaddrInet4).Port)
	if err := json.NewEncoder(os.Stdout).Encode(j); err != nil {
		return err
	}
	go func() { panic(echoAll(fd)) }()
	untilEnd()
	return nil
}

// echoAll is one level-triggered loop over all connections, so that the server is never what a client waits for.
func echoAll(listener int) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	add := func(fd int) error {
		return unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
	}
	if err := add(listener); err != nil {
		return err
	}
	events, buffer := make([]unix.EpollEvent, 256), make([]byte, 64<<10)
	for {
		n, err := unix.EpollWait(epoll, events, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, event := range events[:max(n, 0)] {
			if fd := int(event.Fd); fd != listener {
				echoOne(fd, buffer)
				continue
			}
			for fd := 0; err == nil; {
				if fd, _, err = unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC); err == nil {
					err = add(fd)
				}
			}
		}
	}
}

// echoOne answers a handshake, or unmasks the frames that came, which are whole and short.
func echoOne(fd int, buffer []byte) {
	n, err := unix.Read(fd, buffer)
	if n <= 0 {
		if err != unix.EAGAIN {
			unix.Close(fd)
		}
		return
	}
	came := buffer[:n]
	if _, key, ok := bytes.Cut(came, []byte("Sec-WebSocket-Key: ")); ok {
		_, _ = unix.Write(fd, []byte(accepting(string(key[:24]))))
		return
	}
	_, _ = unix.Write(fd, appendEchoes(nil, came))
}

func appendEchoes(answer, came []byte) []byte {
	for len(came) > 6 {
		size := int(came[1] & 0x7f)
		payload := came[6 : 6+size]
		ws.Cipher(payload, [4]byte(came[2:6]), 0)
		answer = append(append(answer, came[0], byte(size)), payload...)
		came = came[6+size:]
	}
	return answer
}

func serveTLS(j job) error {
	pair, authority, err := chain(j.Chain)
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, SessionTicketsDisabled: true}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	j.Address, j.CA, j.Chain = listener.Addr().String(), authority, 0
	for _, der := range pair.Certificate {
		j.Chain += len(der)
	}
	if err := json.NewEncoder(os.Stdout).Encode(j); err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go hear(tls.Server(conn, config))
		}
	}()
	untilEnd()
	return nil
}

func hear(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 1<<10)
	asked, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, accepting(asked.Header.Get("Sec-WebSocket-Key")))
	buffer := make([]byte, 1<<10)
	for {
		n, err := r.Read(buffer)
		if err != nil {
			return
		}
		_, _ = conn.Write(appendEchoes(nil, buffer[:n]))
	}
}

// chain makes certificates for "chat", each signed by the next, and the authority of the last. Where there are several
// they are as long as those of public authorities.
func chain(length int) (pair tls.Certificate, authority string, err error) {
	var issuer *x509.Certificate
	var issuerKey *ecdsa.PrivateKey
	for i := length; i >= 0; i-- {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return pair, "", err
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: fmt.Sprint("benchmark ", i)}, DNSNames: []string{"chat"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: i > 0, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}
		if length > 1 {
			template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Value: make([]byte, 950)}}
		}
		if issuer == nil {
			issuer, issuerKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)
		if err != nil {
			return pair, "", err
		}
		if issuer, err = x509.ParseCertificate(der); err != nil {
			return pair, "", err
		}
		if issuerKey = key; i == length {
			authority = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
			continue
		}
		pair.Certificate = append([][]byte{der}, pair.Certificate...)
		pair.PrivateKey = key
	}
	return pair, authority, nil
}
