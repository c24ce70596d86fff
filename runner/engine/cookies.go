package engine

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

// appendCookies adds the Cookie header that the session sends to an address, if there is anything to send.
func (u *user) appendCookies(head []byte, to *url.URL) []byte {
	if u.jar == nil || to == nil {
		return head
	}
	separator := "Cookie: "
	for _, k := range u.jar.Cookies(to) {
		head = append(append(head, separator...), k.String()...)
		separator = "; "
	}
	if separator == "; " {
		head = append(head, "\r\n"...)
	}
	return head
}

// absorb puts the cookies of the answer at hand into the session's jar, which exists only once there are any.
func (u *user) absorb(c *carrier) {
	// Asking first costs nothing; the iterator would be an allocation.
	if len(c.exchange.Header.PeekAll("Set-Cookie")) == 0 {
		return
	}
	c.cookies = c.cookies[:0]
	for _, line := range c.exchange.Header.Cookies() {
		c.cookies = append(c.cookies, string(line))
	}
	from := c.asked()
	if from == nil {
		return
	}
	if u.jar == nil {
		// Without options there is nothing that could fail.
		u.jar, _ = cookiejar.New(nil)
	}
	for _, line := range c.cookies {
		// What cannot be parsed is ignored, as browsers do.
		if k, err := http.ParseSetCookie(line); err == nil {
			u.jar.SetCookies(from, []*http.Cookie{k})
		}
	}
}
