"""One story, many pages: texts that are the same, or nearly, and the stories they make up."""
