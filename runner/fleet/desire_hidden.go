package fleet

import "cmp"

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
	h, is := m.state.Hides(service, what)
	if !is {
		return Refusal{}, false
	}
	remedy := "mend that, and try again"
	if h.Permission != "" {
		remedy = "grant " + Line(h.Permission)
	}
	return Refusal{service, what, "it could not be read, and so not be compared: " + Line(cmp.Or(h.Reason, h.Permission)), remedy}, true
}
