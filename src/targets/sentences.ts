/** A text by its sentences, in any script; joined they are the text again. */
export const sentencesOf = (text: string): string[] =>
  text.match(/[.!?。！？؟۔]*[^.!?。！？؟۔]+[.!?。！？؟۔]*\s*/g) ?? [text];
