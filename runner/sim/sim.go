// Package sim is a simulated service behind real sockets: HTTP and WebSocket listeners on loopback in
// front of a model of tasks × slots × service time. It imports nothing of ours, listens on loopback only,
// and claims nothing beyond its model.
//
// A request goes to the running task with the fewest outstanding requests, as behind a load balancer;
// client connections end there, so that HTTP connections belong to no task. A WebSocket does, for as
// long as it is open. Once taken, work is done even if its client leaves.
//
// Every request and every WebSocket message takes a slot for the service time; upgrades, /health and
// /-/stats take none. The API: / (service and task), /echo, /api/login, /api/me, /api/items?n=,
// /status/{code}, /redirect/{n}, /sse?text= (the chat's answer as events); on WebSockets /ws (chat) and /ws/echo.
package sim
