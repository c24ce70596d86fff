package engine

import "time"

// large is the size from which on an answer is judged by few sessions at a time, in bytes: parsed, it takes many times its size.
const large = 1 << 20

// noticed is from when on judging an answer counts as lateness of the generator, which delays what its users would do next.
const noticed = time.Millisecond

// study begins to judge the body in the carrier's scope: of large ones as many at a time as there are processors. It ends with
// studied, which is given the instant from which on the generator works on the answer.
func (u *user) study(c *carrier) {
	if len(c.scope.Body) > large {
		u.engine.desks <- struct{}{}
	}
}

// studied forgets what was parsed of a large body, and counts the time from then as the generator's own. Where there is no
// body the time is too short to look at the clock.
func (u *user) studied(c *carrier, from int64) {
	body := c.scope.Body
	if len(body) == 0 {
		return
	}
	if len(body) > large {
		c.scope.Reset()
		c.scope.Body = body
		<-u.engine.desks
	}
	c.worked = max(0, since(from, u.engine.now()))
}
