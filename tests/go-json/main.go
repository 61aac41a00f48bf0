// Reads one text per line, in hexadecimal, and says what encoding/json makes of it: whether it is
// JSON, and what a Service's annotations cloud.google.com/neg and -status would come to.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
)

type neg struct {
	Ingress bool `json:"ingress"`
	Ports   map[int32]struct {
		Name string `json:"name"`
	} `json:"exposed_ports"`
	Zones []string `json:"zones"`
}

type status struct {
	Groups map[string]string `json:"network_endpoint_groups"`
	Zones  []string          `json:"zones"`
}

type answer struct {
	Valid  bool
	Neg    *neg
	Status *status
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		text, err := hex.DecodeString(lines.Text())
		if err != nil {
			panic(err)
		}
		answer := answer{json.Valid(text), &neg{}, &status{}}
		if json.Unmarshal(text, answer.Neg) != nil {
			answer.Neg = nil
		}
		if json.Unmarshal(text, answer.Status) != nil {
			answer.Status = nil
		}
		if err := out.Encode(answer); err != nil {
			panic(err)
		}
	}
}
