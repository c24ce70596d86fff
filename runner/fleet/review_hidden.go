package fleet

import "slices"

// withheld tells why a part of a service, or of the account for "", could not be read; "" if it could.
func (s *State) withheld(title, part string) string {
	i := slices.IndexFunc(s.Hidden, func(h Hidden) bool { return h.What == part && (h.Service == title || h.Service == "") })
	if i < 0 {
		return ""
	}
	h := s.Hidden[i]
	if h.Permission != "" {
		return h.What + " could not be read: " + h.Permission + " is missing"
	}
	return h.What + " could not be read: " + line(h.Reason)
}
