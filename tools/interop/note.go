// Go's golang.org/x/mod/sumdb/note, which knows nothing of us: opens the note on its input by the
// verifier keys that it is given, and prints the text and who signed it.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"check/note"
)

func main() {
	message, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	var known []note.Verifier
	for _, key := range os.Args[1:] {
		one, err := note.NewVerifier(key)
		if err != nil {
			log.Fatal(err)
		}
		known = append(known, one)
	}
	opened, err := note.Open(message, note.VerifierList(known...))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(opened.Text)
	for _, one := range opened.Sigs {
		fmt.Println("signed by", one.Name)
	}
}
