import unittest

from handler import entry


def record(key, size=3):
    return {"s3": {"object": {"key": key, "size": size}}}


class EntryTest(unittest.TestCase):
    def test_a_file_is_entered_with_its_kind_and_size(self):
        self.assertEqual({"key": "in/sea.JPG", "kind": "image", "size": 3}, entry(record("in/sea.JPG")))

    def test_a_key_is_what_was_uploaded(self):
        self.assertEqual("in/the sea+sky.mp4", entry(record("in/the+sea%2Bsky.mp4"))["key"])

    def test_what_has_no_known_ending_is_of_another_kind(self):
        self.assertEqual("other", entry(record("in/README"))["kind"])


if __name__ == "__main__":
    unittest.main()
