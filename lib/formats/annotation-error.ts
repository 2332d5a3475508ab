/** What makes it impossible to go on reading annotations: the message is a sentence for a person. */
export class AnnotationError extends Error {
  /**
   * @param file as the reader knows it
   * @param what is wrong with it, as the end of a sentence that begins with the file, without a final full stop
   */
  constructor(readonly file: string, readonly what: string) {
    super(`${file} ${what}`);
  }
}
