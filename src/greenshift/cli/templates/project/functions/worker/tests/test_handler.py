import unittest

from handler import total


class TotalTest(unittest.TestCase):
    def test_numbers_are_added(self):
        self.assertEqual(6, total([1, 2, 3]))
