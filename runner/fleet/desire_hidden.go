package fleet

import (
	"cmp"
	"slices"
)

// unseen reports whether something of the service could not be read, and refuses what cannot be compared for that.
func (d *desire) unseen(what string) bool {
	r, is := d.hides(d.want.Title(), what)
	if is {
		d.refused = append(d.refused, r)
	}
	return is
}

// hides is the refusal of what could not be read of a service, by its title; "" is the account as a whole.
func (m *maker) hides(service, what string) (Refusal, bool) {
	i := slices.IndexFunc(m.state.Hidden, func(h Hidden) bool { return h.What == what && (h.Service == service || h.Service == "") })
	if i < 0 {
		return Refusal{}, false
	}
	h := m.state.Hidden[i]
	remedy := "mend that, and try again"
	if h.Permission != "" {
		remedy = "grant " + line(h.Permission)
	}
	return Refusal{service, what, "it could not be read, and so not be compared: " + line(cmp.Or(h.Reason, h.Permission)), remedy}, true
}
